import "server-only";
import { ROLLOUT_ACTIONS, type RolloutAction, type RolloutView } from "@/lib/domain/rollout/api";
import type { Viewer } from "./viewer";

type Facts = Pick<RolloutView, "state" | "counts" | "waves" | "plan">;
type Control = { allowed: boolean; reason: string | null };

/** Actions of somebody who only carries the work on: going on is theirs, deciding about it is not. */
const CARRIER_ACTIONS: readonly RolloutAction[] = ["resume", "retry", "recheck"];

/** Whether a person of this kind may take the action at all, whatever the state. Null = yes, else why not. */
export function refusalFor(viewer: Viewer, action: RolloutAction): string | null {
  if (viewer === "owner" || viewer === "admin") return null;
  if (viewer === "carrier" && CARRIER_ACTIONS.includes(action)) return null;
  if (viewer === "carrier") return "Only the person who started the roll-out, or an administrator of the portal, may do this.";
  return "You may look at this roll-out. Acting on it takes the person who started it, an administrator of the portal, or the rights for its work.";
}

const ENDED = "The roll-out has ended.";
const CANCELING = "The roll-out is being canceled.";

function hasWave(facts: Facts, states: readonly string[]): boolean {
  return facts.waves.some(({ state }) => states.includes(state));
}

function unlessOver(facts: Facts, reason: string | null): string | null {
  if (facts.state === "finished" || facts.state === "canceled") return ENDED;
  return facts.state === "canceling" ? CANCELING : reason;
}

/** Why the state of the roll-out does not take the action; null = it does. */
const STATE_REASON: Record<RolloutAction, (facts: Facts) => string | null> = {
  pause: (facts) => unlessOver(facts, facts.state === "running" ? null : "It is not running."),
  resume: (facts) => unlessOver(facts, facts.state === "running" ? "It is running." : null),
  cancel: (facts) => unlessOver(facts, null),
  go: (facts) => {
    const waits = hasWave(facts, ["awaitingGo"]);
    if (!waits) return unlessOver(facts, "No wave waits for a go.");
    return unlessOver(facts, facts.state === "running" ? null : "Resume the roll-out first.");
  },
  stopWave: (facts) => unlessOver(facts, hasWave(facts, ["running", "held"]) ? null : "No wave is being worked on."),
  exclude: (facts) => unlessOver(facts, facts.counts.queued > 0 ? null : "Something was sent to every machine already."),
  retry: (facts) => {
    if (facts.state === "canceling") return CANCELING;
    return facts.counts.failed + facts.counts.notReady > 0 ? null : "Nothing has failed.";
  },
  recheck: (facts) => {
    if (facts.state === "canceling") return CANCELING;
    return facts.counts.notReady > 0 ? null : "There is no machine on which nobody can sign in.";
  },
};

/** What this person may do now, each with the reason when not. */
export function controlsOf(facts: Facts, viewer: Viewer): RolloutView["controls"] {
  const control = (action: RolloutAction): Control => {
    const reason = refusalFor(viewer, action) ?? STATE_REASON[action](facts);
    return { allowed: reason === null, reason };
  };
  return Object.fromEntries(ROLLOUT_ACTIONS.map((action) => [action, control(action)])) as RolloutView["controls"];
}
