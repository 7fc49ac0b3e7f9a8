import { TONE_TEXT } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { certificateSentence, certificateTone, daysWords } from "@/lib/client/fleet-cells";
import type { FleetRow } from "@/lib/client/fleet-types";
import { CERTIFICATE_VALIDITY_DAYS, RENEWAL_WINDOW_DAYS } from "@/lib/domain/certificate";
import { t } from "@/messages/t";

const DAY_MINUTES = 1_440;
const WIDTH = 90;
const HEIGHT = 6;

function share(days: number): number {
  return (Math.max(0, Math.min(CERTIFICATE_VALIDITY_DAYS, days)) / CERTIFICATE_VALIDITY_DAYS) * WIDTH;
}

/** Days left of ninety as a bar with a mark at forty-five, where the agent renews. An estimate is drawn as a range. */
export function CertificateBar({ row, nowMs }: { row: FleetRow; nowMs: number }) {
  const tone = certificateTone(row.certificateState);
  const words = daysWords(row, nowMs);
  const days = (minute: number) => (minute - nowMs / 60_000) / DAY_MINUTES;
  const estimated = row.daysLeft === null && row.estimateFrom >= 0;
  const from = estimated ? share(days(row.estimateFrom)) : 0;
  const to = estimated ? share(days(row.estimateTo)) : share(row.daysLeft ?? 0);
  const mark = share(RENEWAL_WINDOW_DAYS);
  return (
    <span className="flex min-w-0 items-center gap-2" title={certificateSentence(row)}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" className="h-1.5 w-17 shrink-0" preserveAspectRatio="none">
        <rect width={WIDTH} height={HEIGHT} rx="2" className="fill-line" />
        <rect
          x={from}
          width={Math.max(0, to - from)}
          height={HEIGHT}
          rx="2"
          fillOpacity={estimated ? 0.45 : 1}
          className={cn("fill-current", TONE_TEXT[tone])}
        />
        <rect x={mark - 0.9} width="1.8" height={HEIGHT} className="fill-surface" />
      </svg>
      <span className={cn("min-w-15 shrink-0 text-xs tabular-nums", tone !== "ok" && TONE_TEXT[tone])}>{words}</span>
      {row.disagreement ? (
        <span className="truncate font-medium text-warn text-xs">
          <span aria-hidden>≠ </span>
          <span className="sr-only">{t("machines.certificate.disagrees", { status: row.status })}</span>
        </span>
      ) : null}
    </span>
  );
}
