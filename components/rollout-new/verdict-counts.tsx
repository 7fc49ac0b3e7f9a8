import { TONE_TEXT } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { formatNumber } from "@/lib/client/format";
import type { TargetVerdict } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { VERDICT_TONES, VERDICTS } from "./preflight-model";

const FILL: Record<TargetVerdict, string> = {
  ready: "fill-ok",
  confirm: "fill-info",
  offline: "fill-warn",
  blocked: "fill-bad",
  nothingToDo: "fill-line-strong",
};

/** How many machines have which verdict: figures with words, and their shares as one bar. */
export function VerdictCounts({ counts }: { counts: Record<TargetVerdict, number> }) {
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  let at = 0;
  return (
    <div className="grid grid-cols-1 gap-3">
      <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 1000 10" className="block h-2.5 w-full rounded-full">
        <rect width="1000" height="10" className="fill-line" />
        {VERDICTS.map((verdict) => {
          const width = total === 0 ? 0 : (counts[verdict] / total) * 1000;
          const x = at;
          at += width;
          return width === 0 ? null : (
            <rect key={verdict} x={x.toFixed(2)} width={width.toFixed(2)} height="10" className={FILL[verdict]} />
          );
        })}
      </svg>
      <ul aria-label={t("rolloutWizard.preflight.counts")} className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-5">
        {VERDICTS.map((verdict) => (
          <li key={verdict} className="rounded-md border border-line px-3 py-2">
            <p className="font-medium text-muted text-xs">{t(`rolloutWizard.preflight.verdict.${verdict}`)}</p>
            <p
              className={cn("font-semibold text-lg tabular-nums", counts[verdict] > 0 && TONE_TEXT[VERDICT_TONES[verdict]])}
              data-verdict={verdict}
            >
              {formatNumber(counts[verdict])}
            </p>
            <p className="text-muted text-xs">{t(`rolloutWizard.preflight.verdictAbout.${verdict}`)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
