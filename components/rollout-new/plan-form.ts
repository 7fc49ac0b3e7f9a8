import type { FieldError } from "@/lib/domain/errors";
import { PLAN_BOUNDS, planErrors } from "@/lib/domain/rollout/plan";
import { DEFAULT_RETRIES, MAX_RETRIES, NEVER_RETRIED } from "@/lib/domain/rollout/retry";
import {
  CAUSE_KINDS,
  type CauseKind,
  type RolloutPlan,
  type RolloutPrincipal,
  type WaveSize,
  type WorkKindId,
} from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { isScopeId } from "./scope-id";
import { type ChosenRole, isPrincipalOrNull, isRoleOrNull } from "./work-form";

/** A size as it is typed. */
export type SizeText = { value: string; unit: WaveSize["unit"] };

/** The plan as it is typed: numbers are texts, so that a half-typed one is not lost. */
export type PlanForm = {
  canary: string;
  waves: SizeText[];
  pause: RolloutPlan["pause"]["kind"];
  pauseMinutes: string;
  concurrency: string;
  threshold: SizeText;
  onThreshold: RolloutPlan["onThreshold"];
  retries: Partial<Record<CauseKind, number>>;
  retryAfter: string;
  hasWindow: boolean;
  days: number[];
  from: string;
  to: string;
  timeZone: string;
  offline: RolloutPlan["offline"]["kind"];
  /** As <input type="datetime-local"> writes it, in UTC. */
  until: string;
  giveUpAfter: string;
  removeFailed: boolean;
  hasGrant: boolean;
  role: ChosenRole | null;
  principal: RolloutPrincipal | null;
  grantAt: "machines" | "scope";
  grantScope: string;
};

export const MAX_WAVE_SIZES = PLAN_BOUNDS.waves.most;

/** Causes that may be tried again, in the order of the form. */
export const RETRIED_CAUSES: readonly CauseKind[] = CAUSE_KINDS.filter((cause) => !NEVER_RETRIED.includes(cause));
export const RETRY_CHOICES: readonly number[] = Array.from({ length: MAX_RETRIES + 1 }, (_, index) => index);

export const INITIAL_PLAN: PlanForm = {
  canary: "5",
  waves: [{ value: "25", unit: "percent" }],
  pause: "none",
  pauseMinutes: "15",
  concurrency: "200",
  threshold: { value: "10", unit: "percent" },
  onThreshold: "hold",
  retries: DEFAULT_RETRIES,
  retryAfter: "10",
  hasWindow: false,
  days: [1, 2, 3, 4, 5],
  from: "20:00",
  to: "05:00",
  timeZone: "UTC",
  offline: "skip",
  until: "",
  giveUpAfter: "120",
  removeFailed: false,
  hasGrant: false,
  role: null,
  principal: null,
  grantAt: "machines",
  grantScope: "",
};

/** The number that a text is; NaN where it is none, which no check of the plan lets pass. */
function numberOf(text: string): number {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
}

const sizeOf = ({ value, unit }: SizeText): WaveSize => ({ unit, value: numberOf(value) });

/** A time that was written in UTC, as ISO 8601; what is no time stays as it is and is refused by the check of the plan. */
function isoOf(until: string): string {
  const at = Date.parse(`${until}Z`);
  return Number.isNaN(at) ? until : new Date(at).toISOString();
}

/** Only an installation can be taken back, and only after one does a new role make sense. */
export function hasAfter(kind: WorkKindId): boolean {
  return kind.endsWith(".install");
}

function grantOf(form: PlanForm): RolloutPlan["grant"] {
  const { role, principal } = form;
  if (!form.hasGrant || role === null || principal === null) return null;
  const at = form.grantAt === "machines" ? { kind: form.grantAt } : { kind: form.grantAt, scope: form.grantScope.trim() };
  return { roleDefinitionId: role.id, roleName: role.name, principal, at };
}

/** The plan that the form describes for a kind of work, right or wrong; `planProblems` says what is wrong with it. */
export function planOf(form: PlanForm, kind: WorkKindId): RolloutPlan {
  return {
    canary: numberOf(form.canary),
    waves: form.waves.map(sizeOf),
    pause: form.pause === "minutes" ? { kind: "minutes", minutes: numberOf(form.pauseMinutes) } : { kind: form.pause },
    concurrency: numberOf(form.concurrency),
    threshold: sizeOf(form.threshold),
    onThreshold: form.onThreshold,
    retries: form.retries,
    retryAfterMinutes: numberOf(form.retryAfter),
    window: form.hasWindow ? { days: form.days, from: form.from, to: form.to, timeZone: form.timeZone } : null,
    offline: form.offline === "skip" ? { kind: "skip" } : { kind: "wait", until: isoOf(form.until) },
    giveUpAfterMinutes: numberOf(form.giveUpAfter),
    removeFailed: hasAfter(kind) && form.removeFailed,
    grant: hasAfter(kind) ? grantOf(form) : null,
  };
}

function grantErrors(form: PlanForm): FieldError[] {
  if (!form.hasGrant) return [];
  return [
    ...(form.role === null ? [{ field: "plan.grant.role", message: t("rolloutWizard.plan.error.grantRole") }] : []),
    ...(form.principal === null
      ? [{ field: "plan.grant.principal", message: t("rolloutWizard.plan.error.grantPrincipal") }]
      : []),
    ...(form.grantAt === "scope" && !isScopeId(form.grantScope)
      ? [{ field: "plan.grant.scope", message: t("rolloutWizard.plan.error.grantScope") }]
      : []),
  ];
}

/** What is wrong with the plan for `total` machines, by field: the server's own check, and what only the form can lack. */
export function planProblems(form: PlanForm, kind: WorkKindId, total: number, now: Date): FieldError[] {
  return [...planErrors(planOf(form, kind), total, now), ...(hasAfter(kind) ? grantErrors(form) : [])];
}

const isText = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isOneOf = (value: unknown, choices: readonly string[]) => choices.some((choice) => choice === value);

function isSize(value: unknown): value is SizeText {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    isText(value.value) &&
    "unit" in value &&
    isOneOf(value.unit, ["machines", "percent"])
  );
}

function isRetries(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.entries(value).every(([cause, count]) => isOneOf(cause, CAUSE_KINDS) && RETRY_CHOICES.includes(Number(count)))
  );
}

export function isPlanForm(value: unknown): value is PlanForm {
  if (typeof value !== "object" || value === null) return false;
  const form: Partial<Record<keyof PlanForm, unknown>> = value;
  const texts = [form.canary, form.pauseMinutes, form.concurrency, form.retryAfter, form.from, form.to, form.timeZone];
  return (
    [...texts, form.until, form.giveUpAfter, form.grantScope].every(isText) &&
    [form.hasWindow, form.removeFailed, form.hasGrant].every(isBoolean) &&
    Array.isArray(form.waves) &&
    form.waves.every(isSize) &&
    isSize(form.threshold) &&
    Array.isArray(form.days) &&
    form.days.every((day) => Number.isInteger(day)) &&
    isOneOf(form.pause, ["none", "minutes", "person"]) &&
    isOneOf(form.onThreshold, ["hold", "stop"]) &&
    isOneOf(form.offline, ["skip", "wait"]) &&
    isOneOf(form.grantAt, ["machines", "scope"]) &&
    isRetries(form.retries) &&
    isRoleOrNull(form.role) &&
    isPrincipalOrNull(form.principal)
  );
}
