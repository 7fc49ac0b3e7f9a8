import { normaliseScope } from "../access/scope";
import { SHORTEST_MINUTES } from "./clock";
import type { ElevationPolicy } from "./policy";
import type { ElevationAction, FormField, FormProblem, FormProblemId } from "./write-api";

export type ActivateAction = Extract<ElevationAction, { kind: "activate" }>;

/** What the form is checked against, read just before. */
export type ActivationFacts = {
  /** null when it could not be read: Azure then decides, and the form says so. */
  policy: ElevationPolicy | null;
  /** The eligibility as Azure lists it now; null when it lists none. */
  eligibility: { scope: string; endsAt: string | null } | null;
  isActive: boolean;
  isPending: boolean;
};

/** Azure takes longer texts in other places, but PIM's own form stops here. */
export const JUSTIFICATION_MAX = 500;
const START_TOLERANCE_MS = 60_000;
/** A start far ahead is nearly always a slip of the year. */
const START_MAX_MS = 365 * 86_400_000;

type Add = (field: FormField, id: FormProblemId, values?: FormProblem["values"], blocks?: boolean) => void;

function checkTime(action: ActivateAction, policy: ElevationPolicy | null, add: Add): void {
  const { minutes } = action;
  if (!Number.isInteger(minutes)) add("minutes", "notWholeMinutes");
  else if (minutes < SHORTEST_MINUTES) add("minutes", "tooShort", { minutes: SHORTEST_MINUTES });
  const max = policy?.activation.maxMinutes ?? null;
  if (max !== null && minutes > max) add("minutes", "tooLong", { minutes, maxMinutes: max });
}

function checkStart(action: ActivateAction, facts: ActivationFacts, now: Date, add: Add): void {
  const startMs = action.startsAt === null ? now.getTime() : Date.parse(action.startsAt);
  if (startMs < now.getTime() - START_TOLERANCE_MS) add("startsAt", "startInPast");
  if (startMs > now.getTime() + START_MAX_MS) add("startsAt", "startTooFar");
  const endsAt = facts.eligibility?.endsAt ?? null;
  if (endsAt !== null && startMs + action.minutes * 60_000 > Date.parse(endsAt)) {
    add("minutes", "pastEligibilityEnd", { endsAt });
  }
}

function checkWords(action: ActivateAction, policy: ElevationPolicy | null, add: Add): void {
  const { justification, ticket } = action;
  if (policy?.activation.justification === true && justification.trim() === "") add("justification", "justificationMissing");
  if (justification.length > JUSTIFICATION_MAX) {
    add("justification", "justificationTooLong", { max: JUSTIFICATION_MAX, length: justification.length });
  }
  const number = ticket?.number.trim() ?? "";
  const system = ticket?.system.trim() ?? "";
  if (policy?.activation.ticket === true && number === "" && system === "") add("ticket", "ticketMissing");
  else if (number === "" && system !== "") add("ticket", "ticketNumberMissing");
}

/** Whether `target` is the scope or below it by its path. What stands between management groups only Azure can say. */
function isWithin(scope: string, target: string): boolean {
  const [above, below] = [normaliseScope(scope), normaliseScope(target)];
  if (above === "/" || above === below || below.startsWith(`${above}/`)) return true;
  return above.startsWith("/providers/microsoft.management/managementgroups/");
}

/**
 * What is wrong with a filled-in activation, field by field; [] = it can be sent. Azure's own check follows it, so what cannot
 * be known here (`policyUnknown`) does not block. `now` is Azure's clock. Source: PIM, "Activate Azure resource roles".
 */
export function checkActivation(action: ActivateAction, facts: ActivationFacts, now: Date): FormProblem[] {
  const problems: FormProblem[] = [];
  const add: Add = (field, id, values = {}, blocks = true) => problems.push({ field, id, blocks, values });
  if (facts.eligibility === null) {
    add("role", "eligibilityEnded");
    return problems;
  }
  if (facts.isActive) add("role", "alreadyActive");
  if (facts.isPending) add("role", "alreadyPending");
  if (facts.policy === null) add("role", "policyUnknown", {}, false);
  if (!isWithin(facts.eligibility.scope, action.scope)) add("scope", "scopeOutside", { scope: facts.eligibility.scope });
  checkTime(action, facts.policy, add);
  checkStart(action, facts, now, add);
  checkWords(action, facts.policy, add);
  return problems;
}

/** What is wrong with an extension: the new end must be later than the old one and within what the policy gives at a time. */
export function checkExtension(
  action: Extract<ElevationAction, { kind: "extend" }>,
  facts: { endsAt: string | null; policy: ElevationPolicy | null },
  now: Date,
): FormProblem[] {
  const problems: FormProblem[] = [];
  const endMs = Date.parse(action.endsAt);
  const oldMs = facts.endsAt === null ? now.getTime() : Date.parse(facts.endsAt);
  if (Number.isNaN(endMs) || endMs <= oldMs) {
    problems.push({ field: "endsAt", id: "endNotLater", blocks: true, values: { endsAt: facts.endsAt ?? now.toISOString() } });
  }
  const max = (action.of === "eligible" ? facts.policy?.eligible : facts.policy?.active)?.maxMinutes ?? null;
  if (max !== null && endMs > now.getTime() + max * 60_000) {
    problems.push({ field: "endsAt", id: "endTooLate", blocks: true, values: { maxDays: Math.floor(max / 1_440) } });
  }
  if (action.justification.trim() === "") {
    problems.push({ field: "justification", id: "justificationMissing", blocks: true, values: {} });
  }
  return problems;
}

/** What is wrong with a decision: a refusal without a reason helps nobody, and some policies demand one for a yes too. */
export function checkDecision(
  action: Extract<ElevationAction, { kind: "decide" }>,
  reasonRequired: boolean | null,
): FormProblem[] {
  const isNeeded = action.decision === "deny" || reasonRequired !== false;
  if (!isNeeded || action.reason.trim() !== "") return [];
  return [{ field: "reason", id: "reasonMissing", blocks: true, values: {} }];
}
