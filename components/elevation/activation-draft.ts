import type { ScopeRef } from "@/lib/domain/access/types";
import { type ActivateAction, checkActivation } from "@/lib/domain/elevation/activation-form";
import type { ElevationProfile, EligibleRow } from "@/lib/domain/elevation/api";
import type { FormProblem } from "@/lib/domain/elevation/write-api";
import { sameScope, scopeRefOf } from "./scope-words";

/** The API takes at most this many actions in one batch. */
export const BATCH_MAX = 50;
export const PROFILES_MAX = 30;
const DURATIONS = [30, 60, 120, 240, 480, 720, 1_440] as const;
/** What is asked for when neither the operator nor the role's settings say a time. */
const DEFAULT_MINUTES = 60;

/** One role in the form. null = as for all roles. */
export type RoleChoice = {
  /** Key of the eligible row. */
  rowId: string;
  /** GUID of the request at Azure: the same as long as the form is not changed after an attempt. */
  id: string;
  minutes: number | null;
  justification: string | null;
  ticketNumber: string | null;
  /** null = the whole scope of the eligibility. */
  scope: ScopeRef | null;
};

export type ActivationDraft = {
  batchId: string;
  choices: RoleChoice[];
  /** null = as long as each role allows. */
  minutes: number | null;
  justification: string;
  ticketNumber: string;
  ticketSystem: string;
  /** "" = at once, else date and time of day in UTC as the browser's field writes it. */
  startsAt: string;
  /** It was sent once with these ids; a changed form is another request. */
  attempted: boolean;
};

export type NewId = () => string;

export function emptyDraft(newId: NewId): ActivationDraft {
  const words = { justification: "", ticketNumber: "", ticketSystem: "", startsAt: "" };
  return { batchId: newId(), choices: [], minutes: null, ...words, attempted: false };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isNumberOrNull = (value: unknown) => value === null || typeof value === "number";

function isChoice(value: unknown): value is RoleChoice {
  if (typeof value !== "object" || value === null) return false;
  const choice: Partial<Record<keyof RoleChoice, unknown>> = value;
  const texts = isText(choice.rowId) && isText(choice.id) && isTextOrNull(choice.justification);
  const scope = choice.scope === null || (typeof choice.scope === "object" && choice.scope !== undefined && "id" in choice.scope);
  return texts && scope && isTextOrNull(choice.ticketNumber) && isNumberOrNull(choice.minutes);
}

/** Whether what comes back from the tab's memory is a draft; anything else is dropped. */
export function isActivationDraft(value: unknown): value is ActivationDraft {
  if (typeof value !== "object" || value === null) return false;
  const draft: Partial<Record<keyof ActivationDraft, unknown>> = value;
  const texts = [draft.batchId, draft.justification, draft.ticketNumber, draft.ticketSystem, draft.startsAt];
  const lists = Array.isArray(draft.choices) && draft.choices.every(isChoice);
  return texts.every(isText) && lists && isNumberOrNull(draft.minutes) && typeof draft.attempted === "boolean";
}

/** A changed draft. After an attempt a change makes another request of it, so every id is new. */
export function edited(draft: ActivationDraft, change: Partial<ActivationDraft>, newId: NewId): ActivationDraft {
  const next = { ...draft, ...change };
  if (!draft.attempted) return next;
  const choices = next.choices.map((choice) => ({ ...choice, id: newId() }));
  return { ...next, batchId: newId(), choices, attempted: false };
}

function newChoice(rowId: string, newId: NewId): RoleChoice {
  return { rowId, id: newId(), minutes: null, justification: null, ticketNumber: null, scope: null };
}

/** A role can be chosen while it is neither active nor asked for. */
export function isChoosable(row: EligibleRow): boolean {
  return row.activeId === null && row.pendingRequestId === null;
}

/** The draft with exactly these rows; what was filled in for one that stays, stays. */
export function withRows(draft: ActivationDraft, rowIds: readonly string[], newId: NewId): ActivationDraft {
  const known = new Map(draft.choices.map((choice) => [choice.rowId, choice]));
  return edited(draft, { choices: rowIds.map((rowId) => known.get(rowId) ?? newChoice(rowId, newId)) }, newId);
}

export function withChoice(draft: ActivationDraft, rowId: string, change: Partial<RoleChoice>, newId: NewId): ActivationDraft {
  const choices = draft.choices.map((choice) => (choice.rowId === rowId ? { ...choice, ...change } : choice));
  return edited(draft, { choices }, newId);
}

export function maxMinutesOf(row: EligibleRow): number | null {
  return row.policy.known ? row.policy.policy.activation.maxMinutes : null;
}

/** The time that is asked for, and whether the role's settings cut it. */
export function minutesOf(choice: RoleChoice, row: EligibleRow, draft: ActivationDraft): { minutes: number; capped: boolean } {
  const max = maxMinutesOf(row);
  const wanted = choice.minutes ?? draft.minutes ?? max ?? DEFAULT_MINUTES;
  return max !== null && wanted > max ? { minutes: max, capped: true } : { minutes: wanted, capped: false };
}

/** Times to choose from, up to the longest that one of the roles allows; the limits of roles themselves are among them. */
export function durationChoices(rows: readonly EligibleRow[]): number[] {
  const limits = rows.map(maxMinutesOf);
  const known = limits.filter((limit) => limit !== null);
  const longest = limits.length > 0 && known.length === limits.length ? Math.max(...known) : 1_440;
  return [...new Set([...DURATIONS.filter((minutes) => minutes <= longest), ...known])].sort((a, b) => a - b);
}

export function toAction(choice: RoleChoice, row: EligibleRow, draft: ActivationDraft): ActivateAction {
  const number = (choice.ticketNumber ?? draft.ticketNumber).trim();
  const system = draft.ticketSystem.trim();
  const startMs = Date.parse(`${draft.startsAt}Z`);
  return {
    kind: "activate",
    id: choice.id,
    eligibleScheduleId: row.scheduleId,
    roleDefinitionId: row.role.definitionId,
    eligibleScope: row.scope.id,
    scope: choice.scope?.id ?? row.scope.id,
    minutes: minutesOf(choice, row, draft).minutes,
    startsAt: draft.startsAt === "" || Number.isNaN(startMs) ? null : new Date(startMs).toISOString(),
    justification: (choice.justification ?? draft.justification).trim(),
    ticket: number === "" && system === "" ? null : { number, system },
    policyStamp: row.policy.known ? row.policy.policy.stamp : null,
  };
}

/** A role in the form with everything that is known about it. */
export type FormRole = { choice: RoleChoice; row: EligibleRow; action: ActivateAction; problems: FormProblem[] };

/** The chosen roles that can still be activated, each checked against its own settings at a moment of Azure's clock. */
export function formRoles(draft: ActivationDraft, rows: readonly EligibleRow[], azureNow: Date): FormRole[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return draft.choices.flatMap((choice) => {
    const row = byId.get(choice.rowId);
    if (row === undefined) return [];
    const action = toAction(choice, row, draft);
    const facts = {
      policy: row.policy.known ? row.policy.policy : null,
      eligibility: { scope: row.scope.id, endsAt: row.endsAt },
      isActive: row.activeId !== null,
      isPending: row.pendingRequestId !== null,
    };
    return [{ choice, row, action, problems: checkActivation(action, facts, azureNow) }];
  });
}

export type Needs = { contexts: { context: string; count: number }[]; approval: number; mfa: number };

/** What sending the form will ask of the operator and of others. */
export function needsOf(roles: readonly FormRole[]): Needs {
  const contexts = new Map<string, number>();
  let approval = 0;
  let mfa = 0;
  for (const { row } of roles) {
    if (!row.policy.known) continue;
    const { activation } = row.policy.policy;
    if (activation.approval.required) approval += 1;
    if (activation.authenticationContext !== null) {
      contexts.set(activation.authenticationContext, (contexts.get(activation.authenticationContext) ?? 0) + 1);
    } else if (activation.mfa) mfa += 1;
  }
  return { contexts: [...contexts].map(([context, count]) => ({ context, count })), approval, mfa };
}

/** What of a form is worth keeping. Ticket numbers and start times belong to one occasion, so they are left out. */
export function toProfile(draft: ActivationDraft, roles: readonly FormRole[], name: string, id: string): ElevationProfile {
  return {
    id,
    name,
    items: roles.map(({ row, action }) => ({
      roleId: row.role.id,
      eligibleScope: row.scope.id,
      scope: action.scope,
      minutes: action.minutes,
      justification: action.justification,
      ticketSystem: draft.ticketSystem.trim(),
    })),
  };
}

function mostOften<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** A saved form as a new draft of what can be activated now; `missing` counts what cannot. */
export function fromProfile(
  profile: ElevationProfile,
  rows: readonly EligibleRow[],
  newId: NewId,
): { draft: ActivationDraft; missing: number } {
  const minutes = mostOften(profile.items.map((item) => item.minutes)) ?? null;
  const justification = mostOften(profile.items.map((item) => item.justification)) ?? "";
  const choices = profile.items.flatMap((item) => {
    const row = rows.find(({ role, scope }) => role.id === item.roleId.toLowerCase() && sameScope(scope.id, item.eligibleScope));
    if (row === undefined || !isChoosable(row)) return [];
    const narrowed = sameScope(item.scope, item.eligibleScope) ? null : scopeRefOf(item.scope);
    return [
      {
        ...newChoice(row.id, newId),
        minutes: item.minutes === minutes ? null : item.minutes,
        justification: item.justification === justification ? null : item.justification,
        scope: narrowed,
      },
    ];
  });
  const ticketSystem = profile.items.find((item) => item.ticketSystem !== "")?.ticketSystem ?? "";
  const draft = { ...emptyDraft(newId), choices, minutes, justification, ticketSystem };
  return { draft, missing: profile.items.length - choices.length };
}
