import { expect, it } from "vitest";
import { countsFixture, planFixture } from "@/lib/domain/rollout/plan-fixture";
import { ROLLOUT_STATES } from "@/lib/domain/rollout/types";
import { controlsOf } from "@/lib/services/rollouts/controls";
import { hasMessage } from "@/messages/t";

it.each(ROLLOUT_STATES)("every reason why a button is off has words, in state %s", (state) => {
  const facts = { state, counts: countsFixture(), waves: [], plan: planFixture(), waitingFor: null };
  for (const viewer of ["owner", "admin", "carrier", "auditor"] as const) {
    const reasons = Object.values(controlsOf(facts, viewer)).flatMap(({ reason }) => reason ?? []);
    expect(reasons.filter((reason) => !hasMessage(reason))).toEqual([]);
  }
});
