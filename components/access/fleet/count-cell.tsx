import { cn } from "@/components/ui/class-names";
import { formatNumber } from "@/lib/client/format";
import { t } from "@/messages/t";

export type CountCellProps = { count: number; highest: number; atLeast: boolean; label: string };

const WIDTH = 40;

/** A count with a bar that compares it within its column. Zero is quiet; "at least" is said, not only coloured. */
export function CountCell({ count, highest, atLeast, label }: CountCellProps) {
  const share = highest === 0 ? 0 : (count / highest) * WIDTH;
  return (
    <span title={label} className="flex cursor-pointer items-center gap-2">
      <svg viewBox={`0 0 ${WIDTH} 4`} aria-hidden="true" preserveAspectRatio="none" className="h-1 w-8 shrink-0 max-md:hidden">
        <rect x={WIDTH - share} width={share} height="4" rx="2" className="fill-info opacity-50" />
      </svg>
      <span className={cn("min-w-8 text-right tabular-nums", count === 0 && "text-muted")}>
        {atLeast ? (
          <>
            <span aria-hidden className="text-warn">
              ≥
            </span>
            <span className="sr-only">{`${t("accessFleet.state.atLeastMark")} `}</span>
          </>
        ) : null}
        {formatNumber(count)}
      </span>
    </span>
  );
}
