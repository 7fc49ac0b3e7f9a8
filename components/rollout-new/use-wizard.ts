"use client";

import { useMemo, useState } from "react";
import { useHoldsAnywhere } from "@/lib/client/access/use-holds-anywhere";
import { toClientProblem } from "@/lib/client/api-problem";
import type { HandedTargets } from "@/lib/client/rollout-targets";
import { useSession } from "@/lib/client/session";
import { useDebounced } from "@/lib/client/use-debounced";
import { useNow } from "@/lib/client/use-now";
import type { RolloutPreflight } from "@/lib/domain/rollout/api";
import { floorSeconds } from "@/lib/domain/rollout/pace";
import { planWaves } from "@/lib/domain/rollout/plan";
import { WORK_CAPABILITIES, workRight } from "@/lib/domain/rollout/rights";
import { planOf, planProblems } from "./plan-form";
import { refusedFields } from "./refused-fields";
import { type PreflightAsked, useRolloutPreflight } from "./use-preflight";
import { useStart } from "./use-start";
import type { WizardDraft } from "./wizard-draft";
import { askedOf, chosenCount, describedAs, includedOf, proposedName, reasonsAgainst } from "./wizard-model";
import { workOf } from "./work-form";

const TYPING_RESTS_MS = 1_000;

function useSubscriptionName(): (id: string) => string {
  const { info } = useSession();
  return useMemo(() => {
    const names = new Map((info?.subscriptions ?? []).map(({ id, name }) => [id.toLowerCase(), name]));
    return (id: string) => names.get(id.toLowerCase()) ?? id;
  }, [info]);
}

export type WizardProps = {
  draft: WizardDraft;
  targets: HandedTargets | null;
  onDraft: (draft: WizardDraft) => void;
  onScope: (scope: string) => void;
  onStarted: () => void;
};

function floorOf(preflight: RolloutPreflight, included: readonly number[]): number {
  const counts = new Map<string, number>();
  for (const index of included) {
    const key = preflight.targets[index]?.subscriptionId.toLowerCase() ?? "";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return floorSeconds([...counts.values()]);
}

/** Everything that the steps share: the checks, the machines they let through, the waves, and the start. */
export function useWizard({ draft, targets, onStarted }: WizardProps) {
  const now = useNow();
  const holds = useHoldsAnywhere();
  const subscriptionName = useSubscriptionName();
  const { work, plan: planForm, includeConfirm, actsAs } = draft;
  const { kind } = work;
  // Each letter of a scope may end another id; while the plan is open its checks wait until the typing rests.
  const restedPlan = useDebounced(planForm, TYPING_RESTS_MS);
  const checkedPlan = draft.step === "plan" ? restedPlan : planForm;
  const asked = useMemo(
    () => askedOf({ work, plan: checkedPlan, actsAs }, targets, new Date(now)),
    [work, checkedPlan, actsAs, targets, now],
  );
  const needed = draft.step === "preflight" || draft.step === "plan" || draft.step === "review";
  // A look back at the work lets running checks go on, and asks nothing for what is typed there before they are needed again.
  const [kept, setKept] = useState<PreflightAsked | null>(null);
  if (needed && kept !== asked) setKept(asked);
  const { query, replace, sent } = useRolloutPreflight(needed ? asked : kept);
  const preflight = needed && asked !== null ? query.data : undefined;
  const included = useMemo(
    () => includedOf({ work, plan: planForm, includeConfirm }, preflight),
    [work, planForm, includeConfirm, preflight],
  );
  const leastSeconds = useMemo(() => (preflight === undefined ? null : floorOf(preflight, included)), [preflight, included]);
  const total = preflight === undefined ? (chosenCount(targets) ?? 0) : included.length;
  const plan = planOf(planForm, kind);
  const problems = planProblems(planForm, kind, total, new Date(now));
  const name = draft.name ?? proposedName(kind, included.length);
  // The operator's own rights say nothing about those of the portal's identity.
  const right = workRight(kind, actsAs === "operator" ? holds(WORK_CAPABILITIES[kind]) : null);
  const start = useStart({ onStale: replace, onStarted });
  const form = { work: workOf(work), plan };
  const checksProblem = query.error === null ? null : toClientProblem(query.error);
  const refused = [...refusedFields(checksProblem, sent, form), ...refusedFields(start.problem, start.sent, form)];
  return {
    refused,
    asked,
    query,
    preflight,
    included,
    plan,
    problems,
    name,
    start,
    subscriptionName,
    waves: problems.length > 0 ? [] : planWaves(plan, total),
    floorSeconds: leastSeconds,
    describedAs: describedAs(targets, subscriptionName),
    reasons: reasonsAgainst({ right, included: included.length, name }),
  };
}

export type WizardState = ReturnType<typeof useWizard>;
