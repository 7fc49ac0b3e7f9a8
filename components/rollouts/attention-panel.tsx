import { CircleAlert, CircleDot } from "lucide-react";
import { cn } from "@/components/ui/class-names";
import { groupCount, needOf } from "@/lib/client/rollout-counts";
import type { RolloutView } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { goPlan, resumePlan } from "./action-plan";
import { ActionButton, type Ask } from "./rollout-controls";
import { waitWords, waveWords } from "./rollout-words";

type Words = { what: string; why: string | null; next: string | null; isBad: boolean };

function attentionWords(rollout: RolloutView): Words | null {
  const { state, stateReason, waitingFor } = rollout;
  const why = stateReason === null ? null : t("rolloutLive.attention.reason", { reason: tDynamic(stateReason) });
  if (state === "held")
    return { what: t("rolloutLive.attention.held"), why, next: t("rolloutLive.attention.heldNext"), isBad: true };
  if (state === "paused")
    return { what: t("rolloutLive.attention.paused"), why, next: t("rolloutLive.attention.pausedNext"), isBad: false };
  if (state === "canceling") {
    const working = t("common.machines", { count: groupCount(rollout.counts, "working") });
    return { what: t("rolloutLive.attention.canceling", { working }), why, next: null, isBad: false };
  }
  if (state === "finished" || state === "canceled" || waitingFor === null)
    return why === null ? null : { what: why, why: null, next: null, isBad: false };
  if (rollout.confirmSignIn)
    return { what: t("rolloutLive.attention.signIn"), why, next: t("rolloutLive.attention.signInNext"), isBad: false };
  const next = needOf(rollout) === "operator" ? t("rolloutLive.attention.operatorNext") : null;
  return { what: t("rolloutLive.waiting", { what: waitWords(waitingFor) }), why, next, isBad: false };
}

/** State in words with its reason, what it waits for, and what to do; nothing where it simply goes on. */
export function AttentionPanel({ rollout, ask }: { rollout: RolloutView; ask: Ask }) {
  const waves = rollout.state === "running" ? rollout.waves.filter(({ state }) => state === "awaitingGo") : [];
  const words = waves.length > 0 ? null : attentionWords(rollout);
  if (words === null && waves.length === 0) return null;
  const Icon = words?.isBad === true ? CircleAlert : CircleDot;
  return (
    <section
      aria-label={t("rolloutLive.attention.label")}
      className={cn(
        "flex gap-3 rounded-lg border px-4 py-3 text-[0.8125rem]",
        words?.isBad === true ? "border-bad/35 bg-bad-soft/40" : "border-warn/40 bg-warn-soft/50",
      )}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", words?.isBad === true ? "text-bad" : "text-warn")} />
      <div className="grid min-w-0 grid-cols-1 gap-1">
        {words === null ? null : (
          <>
            <p className="font-semibold">{words.what}</p>
            {words.why === null ? null : <p className="wrap-anywhere">{words.why}</p>}
            {words.next === null ? null : <p className="text-muted">{words.next}</p>}
            {rollout.confirmSignIn ? (
              <div className="mt-1">
                <ActionButton rollout={rollout} action="resume" variant="primary" onPress={() => ask(resumePlan(rollout))}>
                  {t("rolloutLive.action.confirmSignIn")}
                </ActionButton>
              </div>
            ) : null}
          </>
        )}
        {waves.map((wave) => (
          <div key={wave.number} className="grid justify-items-start gap-1">
            <p className="font-semibold">
              {t("rolloutLive.attention.go", { wave: waveWords(wave), count: groupCount(wave.counts, "queued") })}
            </p>
            <p className="text-muted">{t("rolloutLive.attention.goNext")}</p>
            <ActionButton rollout={rollout} action="go" variant="primary" onPress={() => ask(goPlan(wave))}>
              {t("rolloutLive.action.go", { wave: waveWords(wave) })}
            </ActionButton>
          </div>
        ))}
      </div>
    </section>
  );
}
