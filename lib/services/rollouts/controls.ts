import "server-only";
import { ROLLOUT_ACTIONS, type RolloutAction, type RolloutView } from "@/lib/domain/rollout/api";
import type { Viewer } from "./viewer";

type Facts = Pick<RolloutView, "state" | "counts" | "waves" | "plan" | "waitingFor">;
type Control = { allowed: boolean; reason: string | null };

/** Actions of somebody who only carries the work on: going on is theirs, deciding about it is not. */
const CARRIER_ACTIONS: readonly RolloutAction[] = ["resume", "retry", "recheck"];

/** Why somebody may not act, for the screen as a message key and for the refusal of the request as a sentence. */
const NOT_YOURS = {
  carrier: {
    key: "rollout.control.ownerOnly",
    sentence: "Only the person who started the roll-out, or an administrator of the portal, may do this.",
  },
  auditor: {
    key: "rollout.control.lookOnly",
    sentence:
      "You may look at this roll-out. Acting on it takes the person who started it, an administrator of the portal, or the rights for its work.",
  },
} as const;

/** Whether a person of this kind may take the action at all, whatever the state. Null = yes, else why not. */
export function refusalFor(viewer: Viewer, action: RolloutAction): { key: string; sentence: string } | null {
  if (viewer === "owner" || viewer === "admin") return null;
  return viewer === "carrier" && CARRIER_ACTIONS.includes(action) ? null : NOT_YOURS[viewer];
}

const ENDED = "rollout.control.ended";
const CANCELING = "rollout.control.canceling";

function hasWave(facts: Facts, states: readonly string[]): boolean {
  return facts.waves.some(({ state }) => states.includes(state));
}

function unlessOver(facts: Facts, reason: string | null): string | null {
  if (facts.state === "finished" || facts.state === "canceled") return ENDED;
  return facts.state === "canceling" ? CANCELING : reason;
}

/** Message key of why the state of the roll-out does not take the action; null = it does. */
const STATE_REASON: Record<RolloutAction, (facts: Facts) => string | null> = {
  pause: (facts) => unlessOver(facts, facts.state === "running" ? null : "rollout.control.notRunning"),
  resume: (facts) =>
    unlessOver(facts, facts.state === "running" && facts.waitingFor !== "operator" ? "rollout.control.runs" : null),
  cancel: (facts) => unlessOver(facts, null),
  go: (facts) => {
    const waits = hasWave(facts, ["awaitingGo"]);
    if (!waits) return unlessOver(facts, "rollout.control.noGo");
    return unlessOver(facts, facts.state === "running" ? null : "rollout.control.resumeFirst");
  },
  stopWave: (facts) => unlessOver(facts, hasWave(facts, ["running", "held"]) ? null : "rollout.control.noWave"),
  exclude: (facts) => unlessOver(facts, facts.counts.queued > 0 ? null : "rollout.control.allSent"),
  retry: (facts) => {
    if (facts.state === "canceling") return CANCELING;
    return facts.counts.failed + facts.counts.notReady > 0 ? null : "rollout.control.noFailures";
  },
  recheck: (facts) => {
    if (facts.state === "canceling") return CANCELING;
    return facts.counts.notReady > 0 ? null : "rollout.control.noneNotReady";
  },
};

/** What this person may do now, each with the reason when not. */
export function controlsOf(facts: Facts, viewer: Viewer): RolloutView["controls"] {
  const control = (action: RolloutAction): Control => {
    const reason = refusalFor(viewer, action)?.key ?? STATE_REASON[action](facts);
    return { allowed: reason === null, reason };
  };
  return Object.fromEntries(ROLLOUT_ACTIONS.map((action) => [action, control(action)])) as RolloutView["controls"];
}
