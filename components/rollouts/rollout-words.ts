import type { Tone } from "@/components/ui/badge";
import { formatClock, formatDateTime, formatRelative } from "@/lib/client/format";
import { groupCount, needOf, TASK_GROUPS, type TaskGroup } from "@/lib/client/rollout-counts";
import { scopeWords } from "@/lib/client/scope-words";
import type { CauseGroup, RolloutSummary, RolloutView, TaskCounts, WaveView } from "@/lib/domain/rollout/api";
import { outcomeTexts } from "@/lib/domain/rollout/causes";
import type { RolloutState, TaskOutcome, TaskState, WaveState, WorkKindId } from "@/lib/domain/rollout/types";
import { hasMessage, t, tDynamic } from "@/messages/t";

export const GROUP_TONE: Record<TaskGroup, Tone> = {
  ready: "ok",
  notReady: "warn",
  failed: "bad",
  leftOut: "quiet",
  working: "info",
  queued: "quiet",
};

export const TASK_TONE: Record<TaskState, Tone> = {
  queued: "quiet",
  submitting: "info",
  unknown: "warn",
  provisioning: "info",
  granting: "info",
  checking: "info",
  removing: "info",
  ready: "ok",
  notReady: "warn",
  failed: "bad",
  skipped: "quiet",
  canceled: "quiet",
};

export const WAVE_TONE: Record<WaveState, Tone> = {
  pending: "quiet",
  awaitingGo: "warn",
  running: "info",
  held: "bad",
  stopping: "warn",
  stopped: "warn",
  done: "ok",
  canceled: "quiet",
};

const STATE_TONE: Record<RolloutState, Tone> = {
  running: "info",
  paused: "warn",
  held: "bad",
  canceling: "warn",
  canceled: "quiet",
  finished: "ok",
};

/** Whether the work ends in "a person can sign in". For every other kind the check is the effect itself. */
function isAboutSigningIn(kind: WorkKindId): boolean {
  return kind.endsWith(".install");
}

export function taskStateWords(kind: WorkKindId, state: TaskState): string {
  if (!isAboutSigningIn(kind) && state === "ready") return t("rolloutLive.task.done");
  if (!isAboutSigningIn(kind) && state === "notReady") return t("rolloutLive.task.notEffective");
  return tDynamic(`rolloutLive.task.${state}`);
}

function groupKey(kind: WorkKindId, group: TaskGroup): TaskGroup | "done" | "notEffective" {
  if (isAboutSigningIn(kind)) return group;
  return group === "ready" ? "done" : group === "notReady" ? "notEffective" : group;
}

export function groupWords(kind: WorkKindId, group: TaskGroup): string {
  return t(`rolloutLive.group.${groupKey(kind, group)}`);
}

/** "412 can sign in, 3 failed, 85 queued"; groups without machines are left out. */
export function countsWords(kind: WorkKindId, counts: TaskCounts): string {
  const parts = TASK_GROUPS.flatMap((group) => {
    const count = groupCount(counts, group);
    return count === 0 ? [] : [t(`rolloutLive.counted.${groupKey(kind, group)}`, { count })];
  });
  return parts.join(", ");
}

/** State of a roll-out with its tone. "Ended" is green only when nothing failed. */
export function stateWords(rollout: RolloutSummary): { words: string; tone: Tone } {
  const { state, counts } = rollout;
  const need = needOf(rollout);
  if (state === "finished") {
    const isClean = groupCount(counts, "failed") + groupCount(counts, "notReady") === 0;
    return isClean
      ? { words: t("rolloutLive.stateEnd.clean"), tone: "ok" }
      : { words: t("rolloutLive.stateEnd.mixed"), tone: "warn" };
  }
  if (need === "awaitingGo" || need === "operator") return { words: t(`rolloutLive.need.${need}`), tone: "warn" };
  return { words: tDynamic(`rolloutLive.state.${state}`), tone: STATE_TONE[state] ?? "quiet" };
}

/** What is waited for, as the second half of "Waits for ...". */
export function waitWords(waitingFor: string): string {
  const key = `rolloutLive.waits.${waitingFor}`;
  return hasMessage(key) ? tDynamic(key) : waitingFor;
}

/** A text that came as a key with its values; a key without a text is shown as the code that it holds. */
function codeWords(key: string, code: string, values: TaskOutcome["values"]): string {
  return hasMessage(key) ? tDynamic(key, values) : code;
}

export function outcomeWords(outcome: TaskOutcome): string {
  return codeWords(outcomeTexts(outcome).meaning, outcome.code, outcome.values);
}

/** What to do about an outcome; nothing where all is well. */
export function fixWords(state: TaskState, outcome: TaskOutcome): string[] {
  if (state === "ready") return [];
  return outcomeTexts(outcome)
    .fixes.filter((key) => hasMessage(key))
    .map((key) => tDynamic(key, outcome.values));
}

/** What a cause means for all of its machines: words that name no single one. */
export function meaningWords({ meaning, code }: Pick<CauseGroup, "meaning" | "code">): string {
  const many = `rolloutLive.cause.many.${code}`;
  if (hasMessage(many)) return tDynamic(many);
  return meaning.includes(" ") ? meaning : codeWords(meaning, code, { code });
}

export function waveWords({ kind, number }: Pick<WaveView, "kind" | "number">): string {
  return kind === "canary" ? t("rolloutLive.wave.canary") : t(`rolloutLive.wave.${kind}`, { number });
}

/** When it ends, honestly: a time only where there is one. */
export function etaWords(eta: RolloutView["eta"], now: number): { value: string; note: string | null } {
  if (eta.at !== null)
    return { value: formatClock(eta.at), note: t("rolloutLive.figures.etaIn", { relative: formatRelative(eta.at, now) }) };
  if (eta.reason === "tooEarly") return { value: t("rolloutLive.figures.etaEarly"), note: t("rolloutLive.figures.etaEarlyWhy") };
  if (eta.reason === "waiting") return { value: t("rolloutLive.figures.etaWaiting"), note: null };
  if (eta.reason === "ended") return { value: t("rolloutLive.figures.etaEnded"), note: null };
  return { value: t("rolloutLive.figures.etaUnknown"), note: null };
}

/** How the machines were chosen; a scope is stored as its id. */
export function chosenWords(describedAs: string, subscriptionName: (id: string) => string): string {
  const isScope = describedAs.startsWith("/");
  const described = isScope ? t("rolloutLive.page.below", { scope: scopeWords(describedAs, subscriptionName) }) : describedAs;
  return t("rolloutLive.page.from", { described });
}

/** Who started it, on whose behalf it writes, and from when to when. */
export function originWords(rollout: RolloutView): string {
  const actor =
    rollout.actsAs === "managedIdentity"
      ? t("rolloutLive.page.actsAsPortal")
      : t("rolloutLive.page.actsAsOperator", { name: rollout.operatorName });
  const parts = [
    t("rolloutLive.page.startedBy", { name: rollout.operatorName, time: formatDateTime(rollout.createdAt) }),
    actor,
    rollout.carrierName === null || rollout.carrierName === rollout.operatorName || rollout.actsAs === "managedIdentity"
      ? null
      : t("rolloutLive.page.carrier", { name: rollout.carrierName }),
    rollout.endedAt === null ? null : t("rolloutLive.page.ended", { time: formatDateTime(rollout.endedAt) }),
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
