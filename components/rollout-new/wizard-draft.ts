import type { RolloutActor } from "@/lib/domain/rollout/api";
import { INITIAL_PLAN, isPlanForm, type PlanForm } from "./plan-form";
import { INITIAL_WORK, isWorkForm, type WorkForm } from "./work-form";

export const STEPS = ["work", "targets", "preflight", "plan", "review"] as const;
export type Step = (typeof STEPS)[number];

/** The half-filled form. Kept for the tab, so that it survives a reload and a new sign-in. Holds nothing secret. */
export type WizardDraft = {
  step: Step;
  work: WorkForm;
  plan: PlanForm;
  includeConfirm: boolean;
  /** null: the proposed name. */
  name: string | null;
  actsAs: RolloutActor;
  /** Chosen here, so that a start that is sent twice is one roll-out. */
  rolloutId: string;
};

export function initialDraft(newId: () => string): WizardDraft {
  return {
    step: "work",
    work: INITIAL_WORK,
    plan: INITIAL_PLAN,
    includeConfirm: false,
    name: null,
    actsAs: "operator",
    rolloutId: newId(),
  };
}

export function isWizardDraft(value: unknown): value is WizardDraft {
  if (typeof value !== "object" || value === null) return false;
  const draft: Partial<Record<keyof WizardDraft, unknown>> = value;
  return (
    STEPS.some((step) => step === draft.step) &&
    isWorkForm(draft.work) &&
    isPlanForm(draft.plan) &&
    typeof draft.includeConfirm === "boolean" &&
    (draft.name === null || typeof draft.name === "string") &&
    (draft.actsAs === "operator" || draft.actsAs === "managedIdentity") &&
    typeof draft.rolloutId === "string"
  );
}

/** The step beside another; null at the ends. */
export function stepBeside(step: Step, by: 1 | -1): Step | null {
  return STEPS[STEPS.indexOf(step) + by] ?? null;
}
