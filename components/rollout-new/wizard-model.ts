import { rightRefusal } from "@/components/ui/right-note";
import type { HandedTargets } from "@/lib/client/rollout-targets";
import type { OperatorRight } from "@/lib/domain/access/api";
import type { RolloutPreflight } from "@/lib/domain/rollout/api";
import { includedTargets } from "@/lib/domain/rollout/included";
import { PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { t, tDynamic } from "@/messages/t";
import { INITIAL_PLAN, planOf, planProblems } from "./plan-form";
import { scopeWords } from "./scope-words";
import { nameError } from "./step-review";
import type { PreflightAsked } from "./use-preflight";
import type { WizardDraft } from "./wizard-draft";
import { workOf } from "./work-form";

/** Machines that were chosen by name; null where a scope was chosen, or nothing. */
export function chosenCount(targets: HandedTargets | null): number | null {
  return targets?.choice.by === "machines" ? targets.choice.machineIds.length : null;
}

/** What is missing before the checks can run; null when they can. */
export function lacksOf(draft: WizardDraft, targets: HandedTargets | null): "work" | "targets" | null {
  if (workOf(draft.work) === null) return "work";
  const count = chosenCount(targets);
  return targets === null || count === 0 || (count ?? 0) > PLAN_BOUNDS.machines ? "targets" : null;
}

/** The question to the preflight. A plan that is still wrong is asked as a new one: only its last step decides verdicts. */
export function askedOf(draft: WizardDraft, targets: HandedTargets | null, now: Date): PreflightAsked | null {
  const work = workOf(draft.work);
  if (work === null || targets === null || lacksOf(draft, targets) !== null) return null;
  const isRight = planProblems(draft.plan, work.kind, PLAN_BOUNDS.machines, now).length === 0;
  return { work, targets, plan: planOf(isRight ? draft.plan : INITIAL_PLAN, work.kind), actsAs: draft.actsAs };
}

/** Machines that would be worked on, in the order of the waves. */
export function includedOf(draft: WizardDraft, preflight: RolloutPreflight | undefined): number[] {
  if (preflight === undefined) return [];
  return includedTargets(preflight, draft.includeConfirm, planOf(draft.plan, draft.work.kind));
}

export function describedAs(targets: HandedTargets | null, subscriptionName: (id: string) => string): string {
  if (targets === null) return "";
  const { choice } = targets;
  if (choice.by === "machines") return choice.describedAs;
  return t("rolloutWizard.targets.scope", { scope: scopeWords(choice.scope, subscriptionName) });
}

export function proposedName(kind: WorkKindId, count: number): string {
  return t("rolloutWizard.review.proposed", {
    work: tDynamic(`rolloutWizard.kind.${kind}.short`),
    machines: t("common.machines", { count }),
  });
}

type StartState = {
  draft: WizardDraft;
  targets: HandedTargets | null;
  preflight: RolloutPreflight | undefined;
  included: number;
  name: string;
  right: OperatorRight;
  now: Date;
};

/** Every reason why nothing may be started now, in words; empty when it may. The server asks the same again. */
export function reasonsAgainst({ draft, targets, preflight, included, name, right, now }: StartState): string[] {
  const refusal = rightRefusal(right);
  const lacks = lacksOf(draft, targets);
  return [
    ...(refusal === null ? [] : [refusal]),
    ...(lacks === null ? [] : [t(`rolloutWizard.review.reason.${lacks}`)]),
    ...(preflight === undefined
      ? [t("rolloutWizard.review.reason.checks")]
      : included === 0
        ? [t("rolloutWizard.review.reason.none")]
        : []),
    ...(planProblems(draft.plan, draft.work.kind, included, now).length === 0 ? [] : [t("rolloutWizard.review.reason.plan")]),
    ...(nameError(name) === null ? [] : [t("rolloutWizard.review.reason.name")]),
  ];
}
