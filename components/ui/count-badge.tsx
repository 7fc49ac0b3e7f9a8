import { formatNumber } from "@/lib/client/format";
import { cn } from "./class-names";

const MOST = 99;

/** A small number beside a link. `label` says it in words, because a bare number means nothing when it is read out. */
export function CountBadge({ count, label, className }: { count: number; label: string; className?: string }) {
  return (
    <span
      className={cn(
        "min-w-4.5 rounded-full bg-primary px-1.5 text-center font-semibold text-2xs text-on-primary tabular-nums leading-4.5",
        className,
      )}
    >
      <span aria-hidden>{count > MOST ? `${MOST}+` : formatNumber(count)}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
