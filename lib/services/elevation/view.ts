import "server-only";
import { z } from "zod";
import type { Database } from "@/lib/db/database";
import { type ElevationBatchRow, type ElevationItemRow, elevationItems } from "@/lib/db/elevation";
import type { ExactRequest } from "@/lib/domain/api";
import { planBatch } from "@/lib/domain/elevation/batch-plan";
import { isFinalItem } from "@/lib/domain/elevation/item-state";
import {
  type ElevationAction,
  type ElevationBatch,
  type ElevationEffect,
  type ElevationItem,
  type ElevationRefusal,
  type FormProblem,
  ITEM_STATES,
} from "@/lib/domain/elevation/write-api";

/** Text columns of an item as values again. They were written by this portal, perhaps by an older version of it. */
const record = (value: unknown): value is object => typeof value === "object" && value !== null;
const actionSchema = z.custom<ElevationAction>((value) => record(value) && "kind" in value && "id" in value);
const exactSchema = z.object({ method: z.enum(["PUT", "PATCH", "POST", "DELETE"]), url: z.string(), body: z.unknown() });
const refusalSchema = z.custom<ElevationRefusal>((value) => record(value) && "id" in value && "values" in value);
const decidedSchema = z.custom<NonNullable<ElevationItem["decidedBy"]>>((value) => record(value) && "person" in value);

const factsSchema = z.looseObject({
  names: z.looseObject({ role: z.string(), scope: z.string(), person: z.string().nullable() }),
  problems: z.array(z.custom<FormProblem>((value) => record(value) && "field" in value)),
  policyChanged: z.boolean(),
  probe: z.looseObject({ action: z.string(), isDataAction: z.boolean() }).nullable(),
  stage: z.string().nullable(),
});
/** What was known when the item was decided upon. */
export type ItemFacts = {
  names: ElevationItem["names"];
  problems: FormProblem[];
  policyChanged: boolean;
  /** The action whose right proves that it works; null = there is none to be seen. */
  probe: { action: string; isDataAction: boolean } | null;
  /** Stage of the approval that is decided. */
  stage: string | null;
};

export function storedAction(item: Pick<ElevationItemRow, "request">): ElevationAction {
  return actionSchema.parse(JSON.parse(item.request));
}

export function storedExact(item: Pick<ElevationItemRow, "exact">): ExactRequest {
  const { method, url, body } = exactSchema.parse(JSON.parse(item.exact));
  return { method, url, body: body ?? null };
}

export function storedFacts(item: Pick<ElevationItemRow, "facts">): ItemFacts {
  return factsSchema.parse(JSON.parse(item.facts));
}

/** Whether the effect of an item was seen, with how long it took or has taken so far. */
export function effectView(item: ElevationItemRow, now: Date): ElevationEffect {
  const sinceMs = item.acceptedAt === null ? null : now.getTime() - item.acceptedAt.getTime();
  return {
    state: item.effect,
    elapsedMs: item.effectMs ?? (item.effect === "none" ? null : sinceMs),
    seen: item.effectSeen,
    reads: item.effectReads,
    lastReadAt: item.effectReadAt?.toISOString() ?? null,
    provenBy: storedFacts(item).probe?.action ?? null,
  };
}

export function toElevationItem(item: ElevationItemRow, now: Date): ElevationItem {
  const facts = storedFacts(item);
  return {
    id: item.id,
    index: item.position,
    kind: item.kind,
    action: storedAction(item),
    names: facts.names,
    exact: storedExact(item),
    state: item.state,
    status: item.azureStatus,
    refusal: item.refusal === null ? null : refusalSchema.parse(JSON.parse(item.refusal)),
    problems: facts.problems,
    policyChanged: facts.policyChanged,
    authenticationContext: item.context,
    startsAt: item.startsAt?.toISOString() ?? null,
    endsAt: item.endsAt?.toISOString() ?? null,
    decidedBy: item.decidedBy === null ? null : decidedSchema.parse(JSON.parse(item.decidedBy)),
    effect: effectView(item, now),
    updatedAt: item.updatedAt.toISOString(),
  };
}

function stepUpsOf(items: readonly ElevationItemRow[]): ElevationBatch["stepUps"] {
  const left = items.filter(({ state, context }) => context !== null && (state === "stepUp" || state === "planned"));
  return planBatch(left.map((item) => ({ item, context: item.context }))).flatMap(({ context, items: members }) =>
    context === null ? [] : [{ context, items: members.length }],
  );
}

/** What a browser may see of a batch. */
export function toElevationBatch(batch: ElevationBatchRow, rows: readonly ElevationItemRow[], now: Date): ElevationBatch {
  const items = rows.map((row) => toElevationItem(row, now));
  const isOpen = rows.some(({ state }) => !isFinalItem(state));
  const endMs = Math.max(...rows.map(({ acceptedAt, updatedAt }) => (acceptedAt ?? updatedAt).getTime()));
  const counts = Object.fromEntries(ITEM_STATES.map((state) => [state, rows.filter((row) => row.state === state).length]));
  return {
    id: batch.id,
    operatorName: batch.operatorName,
    operatorObjectId: batch.operatorObjectId,
    startedAt: batch.startedAt.toISOString(),
    endedAt: isOpen ? null : new Date(endMs).toISOString(),
    items,
    counts: counts as ElevationBatch["counts"],
    stepUps: stepUpsOf(rows),
    waitingFor: rows.find(({ waitingFor }) => waitingFor !== null)?.waitingFor ?? null,
  };
}

export async function elevationBatchView(db: Database, batch: ElevationBatchRow, now: Date): Promise<ElevationBatch> {
  return toElevationBatch(batch, await elevationItems(db, batch.id), now);
}
