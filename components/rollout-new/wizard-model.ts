import { rightRefusal } from "@/components/ui/right-note";
import type { HandedTargets } from "@/lib/client/rollout-targets";
import { scopeWords } from "@/lib/client/scope-words";
import type { OperatorRight } from "@/lib/domain/access/api";
import type { RolloutPreflight } from "@/lib/domain/rollout/api";
import { includedTargets } from "@/lib/domain/rollout/included";
import { PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { t, tDynamic } from "@/messages/t";
import { INITIAL_PLAN, planOf, planProblems } from "./plan-form";
import type { PreflightAsked } from "./use-preflight";
import type { WizardDraft } from "./wizard-draft";
import { workOf } from "./work-form";

/** Machines that were chosen by name; null where a scope was chosen, or nothing. */
export function chosenCount(targets: HandedTargets | null): number | null {
  return targets?.choice.by === "machines" ? targets.choice.machineIds.length : null;
}

/** What is missing before the checks can run; null when they can. */
export function lacksOf(draft: Pick<WizardDraft, "work">, targets: HandedTargets | null): "work" | "targets" | null {
  if (workOf(draft.work) === null) return "work";
  const count = chosenCount(targets);
  return targets === null || count === 0 || (count ?? 0) > PLAN_BOUNDS.machines ? "targets" : null;
}

/** The question to the preflight. A plan that is still wrong is asked as a new one: only its last step decides verdicts. */
export function askedOf(
  draft: Pick<WizardDraft, "work" | "plan" | "actsAs">,
  targets: HandedTargets | null,
  now: Date,
): PreflightAsked | null {
  const work = workOf(draft.work);
  if (work === null || targets === null || lacksOf(draft, targets) !== null) return null;
  const isRight = planProblems(draft.plan, work.kind, PLAN_BOUNDS.machines, now).length === 0;
  return { work, targets, plan: planOf(isRight ? draft.plan : INITIAL_PLAN, work.kind), actsAs: draft.actsAs };
}

/** Machines that would be worked on, in the order of the waves. */
export function includedOf(
  { work, plan, includeConfirm }: Pick<WizardDraft, "work" | "plan" | "includeConfirm">,
  preflight: RolloutPreflight | undefined,
): number[] {
  return preflight === undefined ? [] : includedTargets(preflight, includeConfirm, planOf(plan, work.kind));
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

const NAME_MAX = 120;

export function nameError(name: string): string | null {
  if (name.trim() === "") return t("rolloutWizard.review.nameEmpty");
  return name.trim().length > NAME_MAX ? t("rolloutWizard.review.nameLong") : null;
}

/**
 * Every reason why what is reviewed may not be started now, in words; empty when it may. Without work, targets, checks or a
 * right plan there is no review. The server asks the same again.
 */
export function reasonsAgainst({ right, included, name }: { right: OperatorRight; included: number; name: string }): string[] {
  const refusal = rightRefusal(right);
  return [
    ...(refusal === null ? [] : [refusal]),
    ...(included === 0 ? [t("rolloutWizard.review.reason.none")] : []),
    ...(nameError(name) === null ? [] : [t("rolloutWizard.review.reason.name")]),
  ];
}
