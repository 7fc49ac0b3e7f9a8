import { formatClock } from "@/lib/client/format";
import { t } from "@/messages/t";

/** Stands under an empty list that was read whole: that it is complete, and as of when. */
export function NoneNote({ asOf, className }: { asOf: string; className?: string }) {
  return (
    <p className={className ?? "px-4 pb-3 text-center text-muted text-xs"}>
      {t("common.completeness.none")} · <time dateTime={asOf}>{t("common.completeness.asOf", { time: formatClock(asOf) })}</time>
    </p>
  );
}
