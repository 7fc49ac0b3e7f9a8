import { formatNumber } from "@/lib/client/format";
import type { PlannedWave } from "@/lib/domain/rollout/plan";
import { t } from "@/messages/t";

const SHOWN = 12;
const BAR = 100;

function waveName({ kind, number }: PlannedWave): string {
  return kind === "canary" ? t("rolloutWizard.plan.waves.canaryWave") : t("rolloutWizard.plan.waves.wave", { number });
}

/** The waves to look at: one bar a wave, as long as its share of the largest, with its size in figures. */
export function WavePicture({ waves }: { waves: readonly PlannedWave[] }) {
  const largest = Math.max(1, ...waves.map(({ size }) => size));
  return (
    <div className="grid grid-cols-1 min-w-0 gap-1.5">
      <p className="font-medium text-[0.8125rem]">{t("rolloutWizard.plan.waves.summary", { count: waves.length })}</p>
      <ol aria-label={t("rolloutWizard.plan.waves.picture")} className="grid grid-cols-1 gap-1">
        {waves.slice(0, SHOWN).map((wave) => (
          <li key={wave.number} className="grid grid-cols-[5rem_minmax(0,1fr)_4rem] items-center gap-2 text-xs">
            <span className="truncate text-muted">{waveName(wave)}</span>
            <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 10" className="block h-3 w-full rounded-sm">
              <rect width={BAR} height="10" className="fill-sunken" />
              <rect
                width={Math.max(1, (wave.size / largest) * BAR).toFixed(2)}
                height="10"
                className={wave.kind === "canary" ? "fill-warn" : "fill-primary"}
              />
            </svg>
            <span className="text-right font-medium tabular-nums">{formatNumber(wave.size)}</span>
          </li>
        ))}
      </ol>
      {waves.length > SHOWN ? (
        <p className="text-muted text-xs">{t("rolloutWizard.plan.waves.more", { count: waves.length - SHOWN })}</p>
      ) : null}
    </div>
  );
}
