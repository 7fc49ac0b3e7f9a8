import { cn } from "./class-names";

export type ProgressProps = { label: string; value: number | null; max?: number; className?: string };

/** The width is an SVG attribute, because a style attribute in server markup is blocked by the content policy. */
export function Progress({ label, value, max = 100, className }: ProgressProps) {
  const share = value === null || max <= 0 ? 0 : Math.min(1, Math.max(0, value / max));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      {...(value === null ? {} : { "aria-valuenow": value })}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-line", className)}
    >
      <svg
        aria-hidden="true"
        className={cn("block h-full w-full", value === null && "animate-pulse opacity-70")}
        preserveAspectRatio="none"
      >
        <rect width={value === null ? "100%" : `${(share * 100).toFixed(2)}%`} height="100%" className="fill-primary" />
      </svg>
    </div>
  );
}
