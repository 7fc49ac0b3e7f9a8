import type { ReactNode } from "react";
import { cn } from "./class-names";

export type Tone = "ok" | "warn" | "bad" | "info" | "quiet";

const BADGE_TONE: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  quiet: "bg-quiet-soft text-muted",
};

/** Text colour of a tone, for figures and words outside a badge. */
export const TONE_TEXT: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  quiet: "text-muted",
};

export type BadgeProps = { tone?: Tone; dot?: boolean; className?: string; title?: string; children: ReactNode };

/** A state in words with a dot. The words carry the meaning; the colour only repeats it. */
export function Badge({ tone = "quiet", dot = true, className, title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1.5 whitespace-nowrap rounded-full px-2 font-medium text-2xs",
        BADGE_TONE[tone],
        className,
      )}
    >
      {dot ? <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" /> : null}
      <span className="truncate">{children}</span>
    </span>
  );
}
