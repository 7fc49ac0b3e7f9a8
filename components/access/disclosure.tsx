import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

export type DisclosureProps = { summary: ReactNode; open?: boolean | undefined; children: ReactNode };

/** A row that opens. The arrow says so, because a summary laid out in columns loses the browser's own. */
export function Disclosure({ summary, open, children }: DisclosureProps) {
  return (
    <details open={open} className="group/row">
      <summary className="flex list-none items-start gap-2 rounded [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open/row:rotate-90" />
        <span className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-4 gap-y-1.5">{summary}</span>
      </summary>
      {children}
    </details>
  );
}
