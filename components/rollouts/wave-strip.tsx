import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { formatClock } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { RolloutView, WaveView } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { goPlan, stopWavePlan } from "./action-plan";
import { CountsBar } from "./counts-bar";
import { ActionButton, type Ask } from "./rollout-controls";
import { countsWords, WAVE_TONE, waveWords } from "./rollout-words";

function whenWords(wave: WaveView): string | null {
  if (wave.endedAt !== null) return t("rolloutLive.wave.ended", { time: formatClock(wave.endedAt) });
  if (wave.startedAt !== null) return t("rolloutLive.wave.began", { time: formatClock(wave.startedAt) });
  return wave.dueAt === null ? null : t("rolloutLive.wave.due", { time: formatClock(wave.dueAt) });
}

function Wave({ rollout, wave, ask }: { rollout: RolloutView; wave: WaveView; ask: Ask }) {
  const name = waveWords(wave);
  const when = whenWords(wave);
  const mayStop = wave.state === "running" || wave.state === "held";
  return (
    <li className="flex min-w-0 flex-col gap-1.5 rounded-md border border-line px-3 py-2.5">
      <div className="flex items-center justify-between gap-2">
        <Link
          href={`${pages.rollout(rollout.id)}?wave=${wave.number}#machines`}
          aria-label={t("rolloutLive.wave.show", { wave: name })}
          className="font-medium text-[0.8125rem] text-link underline-offset-4 hover:underline"
        >
          {name}
        </Link>
        <Badge tone={WAVE_TONE[wave.state] ?? "quiet"}>{tDynamic(`rolloutLive.wave.state.${wave.state}`)}</Badge>
      </div>
      <CountsBar
        label={t("rolloutLive.wave.progress", { wave: name })}
        kind={rollout.kind}
        counts={wave.counts}
        total={wave.size}
      />
      <p className="text-xs tabular-nums">{countsWords(rollout.kind, wave.counts)}</p>
      <p className="text-muted text-xs">
        {t("common.machines", { count: wave.size })}
        {when === null ? null : ` · ${when}`}
      </p>
      {wave.state === "awaitingGo" ? (
        <ActionButton rollout={rollout} action="go" size="sm" variant="primary" onPress={() => ask(goPlan(wave))}>
          {t("rolloutLive.action.go", { wave: name })}
        </ActionButton>
      ) : null}
      {mayStop ? (
        <ActionButton rollout={rollout} action="stopWave" size="sm" onPress={() => ask(stopWavePlan(wave))}>
          {t("rolloutLive.action.stopWave")}
        </ActionButton>
      ) : null}
    </li>
  );
}

/** Canary, waves and retries in their order, each with what came of its machines. */
export function WaveStrip({ rollout, ask }: { rollout: RolloutView; ask: Ask }) {
  return (
    <Card aria-labelledby="waves-title">
      <CardHeader id="waves-title" title={t("rolloutLive.wave.title")} />
      <ol
        aria-labelledby="waves-title"
        className="grid grid-cols-1 gap-3 p-3 sm:grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))]"
      >
        {rollout.waves.map((wave) => (
          <Wave key={wave.number} rollout={rollout} wave={wave} ask={ask} />
        ))}
      </ol>
    </Card>
  );
}
