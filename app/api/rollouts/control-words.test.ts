import { expect, it } from "vitest";
import type { TaskCounts } from "@/lib/domain/rollout/api";
import { ROLLOUT_STATES, TASK_STATES } from "@/lib/domain/rollout/types";
import { controlsOf } from "@/lib/services/rollouts/controls";
import { plan } from "@/lib/services/rollouts/testing";
import { hasMessage } from "@/messages/t";

const NONE = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as TaskCounts;

it.each(ROLLOUT_STATES)("every reason why a button is off has words, in state %s", (state) => {
  const facts = { state, counts: NONE, waves: [], plan: plan(), waitingFor: null };
  for (const viewer of ["owner", "admin", "carrier", "auditor"] as const) {
    const reasons = Object.values(controlsOf(facts, viewer)).flatMap(({ reason }) => reason ?? []);
    expect(reasons.filter((reason) => !hasMessage(reason))).toEqual([]);
  }
});
