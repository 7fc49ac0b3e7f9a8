import { groupCount } from "@/lib/client/rollout-counts";
import type {
  CauseGroup,
  CauseResourceGroup,
  RolloutAction,
  RolloutActionInput,
  RolloutView,
  WaveView,
} from "@/lib/domain/rollout/api";
import { type MessageKey, t } from "@/messages/t";
import { waveWords } from "./rollout-words";

type EffectId = MessageKey extends infer Key ? (Key extends `rolloutLive.confirm.effect.${infer Id}` ? Id : never) : never;

/** What a button does, told before it is done: to how many machines happens what. */
export type ActionPlan = {
  action: RolloutAction;
  input: RolloutActionInput;
  title: string;
  button: string;
  effects: { effect: EffectId; count: number }[];
  after: string;
  danger: boolean;
};

type Effects = Partial<Record<EffectId, number>>;

/** Effects on no machine are left out, except where that is the news. */
function effectList(effects: Effects, always: EffectId): ActionPlan["effects"] {
  return (Object.entries(effects) as [EffectId, number][])
    .filter(([effect, count]) => count > 0 || effect === always)
    .map(([effect, count]) => ({ effect, count }));
}

function tally({ counts }: Pick<RolloutView, "counts">) {
  return {
    queued: groupCount(counts, "queued"),
    working: groupCount(counts, "working"),
    bad: groupCount(counts, "failed") + groupCount(counts, "notReady"),
    done: groupCount(counts, "ready"),
  };
}

export function pausePlan(rollout: RolloutView): ActionPlan {
  const { queued, working } = tally(rollout);
  return {
    action: "pause",
    input: { action: "pause" },
    title: t("rolloutLive.confirm.pause.title"),
    button: t("rolloutLive.action.pause"),
    effects: effectList({ staysQueued: queued, followed: working }, "staysQueued"),
    after: t("rolloutLive.confirm.pause.after"),
    danger: false,
  };
}

/** Of a running or held wave; others wait for theirs. */
function queuedNow(rollout: RolloutView): number {
  return rollout.waves
    .filter(({ state }) => state === "running" || state === "held")
    .reduce((sum, wave) => sum + groupCount(wave.counts, "queued"), 0);
}

export function resumePlan(rollout: RolloutView): ActionPlan {
  const { queued, bad } = tally(rollout);
  const now = queuedNow(rollout);
  const { confirmSignIn } = rollout;
  const after = confirmSignIn ? "signIn" : rollout.state === "held" ? "held" : "after";
  return {
    action: "resume",
    input: { action: "resume" },
    title: t(confirmSignIn ? "rolloutLive.confirm.resume.signInTitle" : "rolloutLive.confirm.resume.title"),
    button: t(confirmSignIn ? "rolloutLive.action.confirmSignIn" : "rolloutLive.action.resume"),
    effects: effectList({ sentNow: now, sentLater: queued - now, failedStay: bad }, "sentNow"),
    after: t(`rolloutLive.confirm.resume.${after}`),
    danger: false,
  };
}

export function cancelPlan(rollout: RolloutView): ActionPlan {
  const { queued, working, done } = tally(rollout);
  return {
    action: "cancel",
    input: { action: "cancel" },
    title: t("rolloutLive.confirm.cancel.title"),
    button: t("rolloutLive.action.cancel"),
    effects: effectList({ canceledNow: queued, followed: working, finished: done }, "canceledNow"),
    after: t("rolloutLive.confirm.cancel.after"),
    danger: true,
  };
}

export function goPlan(wave: WaveView): ActionPlan {
  return {
    action: "go",
    input: { action: "go", wave: wave.number },
    title: t("rolloutLive.confirm.go.title", { wave: waveWords(wave) }),
    button: t("rolloutLive.action.go", { wave: waveWords(wave) }),
    effects: effectList({ sentNow: groupCount(wave.counts, "queued") }, "sentNow"),
    after: t("rolloutLive.confirm.go.after"),
    danger: false,
  };
}

export function stopWavePlan(wave: WaveView): ActionPlan {
  const { queued, working, done } = tally(wave);
  return {
    action: "stopWave",
    input: { action: "stopWave", wave: wave.number },
    title: t("rolloutLive.confirm.stopWave.title", { wave: waveWords(wave) }),
    button: t("rolloutLive.action.stopWave"),
    effects: effectList({ leftOut: queued, followed: working, finished: done }, "leftOut"),
    after: t("rolloutLive.confirm.stopWave.after"),
    danger: true,
  };
}

export function excludePlan({ subscriptionId, resourceGroup, queued }: CauseResourceGroup): ActionPlan {
  return {
    action: "exclude",
    input: { action: "exclude", select: { by: "group", subscriptionId, resourceGroup } },
    title: t("rolloutLive.confirm.exclude.title", { group: resourceGroup }),
    button: t("rolloutLive.action.exclude", { group: resourceGroup }),
    effects: effectList({ leftOut: queued }, "leftOut"),
    after: t("rolloutLive.confirm.exclude.after"),
    danger: true,
  };
}

type Again = "retry" | "recheck";

function againPlan(action: Again, count: number, input: RolloutActionInput): ActionPlan {
  const machines = t("common.machines", { count });
  return {
    action,
    input,
    title: t(`rolloutLive.confirm.${action}.title`, { machines }),
    button: t(`rolloutLive.action.${action}`, { count }),
    effects: [{ effect: action === "retry" ? "retried" : "read", count }],
    after: t(`rolloutLive.confirm.${action}.after`),
    danger: false,
  };
}

/** A new request, or a new look, at every machine of a cause. */
export function causePlan(action: Again, { cause, code, count }: CauseGroup): ActionPlan {
  return againPlan(action, count, { action, select: { by: "cause", cause, code } });
}

export function machinePlan(action: Again, position: number): ActionPlan {
  return againPlan(action, 1, { action, select: { by: "positions", positions: [position] } });
}
