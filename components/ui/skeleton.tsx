import { cn } from "./class-names";

/** A grey place holder. Hidden from assistive technology: the view around it says that it is loading. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded bg-line", className)} />;
}
