import { holdingOfState } from "@/lib/domain/elevation/history/from-state";
import { type HistoryEvent, type Holding, historyEvent } from "@/lib/domain/elevation/history/types";
import type { HistoryRemote, Reading, SweepPlace } from "./history-remote";

/** Pieces for tests of the sweep: people, assignments, and an Azure made of a plain object. */

export const SUBSCRIPTION = "/subscriptions/10ca1a2e-0000-4000-8000-000000000010";
export const OWNER = { id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: "Owner" };

export const person = (id: string) => ({ id, kind: "user" as const, name: id, detail: "" });

export function stateHolding(name: string, over: Partial<Parameters<typeof holdingOfState>[0]> = {}): Holding {
  return holdingOfState({
    track: "active",
    schedule: name,
    assignmentName: name,
    activated: false,
    principal: person(`person-${name}`),
    role: OWNER,
    scope: SUBSCRIPTION,
    scopeName: "Prod",
    startsAt: "2026-02-01T00:00:00.000Z",
    endsAt: null,
    by: null,
    condition: null,
    azureId: name,
    ...over,
  });
}

export function activation(name: string, over: Partial<HistoryEvent> = {}): HistoryEvent {
  return historyEvent({
    key: `active:${name}:began`,
    kind: "activated",
    at: "2026-03-01T09:00:00.000Z",
    track: "active",
    holding: `active:${name}`,
    principal: person(`person-${name}`),
    role: OWNER,
    scope: SUBSCRIPTION,
    startsAt: "2026-03-01T09:00:00.000Z",
    endsAt: "2026-03-01T17:00:00.000Z",
    source: "requests",
    azureId: name,
    ...over,
  });
}

export const NOTHING: Reading = { events: [], lists: null };

/** Azure for one subscription: what each source answers can be set, and each question is written down. */
export class FakeHistoryAzure implements HistoryRemote {
  readonly asked: { source: string; from: string }[] = [];
  answers: Partial<Record<SweepPlace["source"], Reading | Error>> = {};
  private readonly clock: () => Date;

  constructor(clock: () => Date) {
    this.clock = clock;
  }

  now = async (): Promise<Date> => this.clock();
  places = async (): Promise<SweepPlace[]> => [
    { source: "requests", scope: SUBSCRIPTION, name: "Prod" },
    { source: "activity", scope: SUBSCRIPTION, name: "Prod" },
    { source: "state", scope: SUBSCRIPTION, name: "Prod" },
  ];

  async read(place: SweepPlace, range: { from: string; now: Date }): Promise<Reading> {
    this.asked.push({ source: place.source, from: range.from });
    const answer = this.answers[place.source] ?? NOTHING;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}
