"use client";

import { CircleHelp } from "lucide-react";
import { ProblemPanel } from "@/components/ui/problem-panel";
import type { Known } from "@/lib/domain/api";
import { t } from "@/messages/t";

/** Why a part of the page is not known: never an empty place. */
export function UnknownNote({ part }: { part: Extract<Known<unknown>, { known: false }> }) {
  if (part.problem !== undefined) return <ProblemPanel problem={part.problem} live={false} />;
  return (
    <p className="flex gap-2 text-[0.8125rem] text-muted">
      <CircleHelp aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        <span className="font-medium text-foreground">{t("machine.known.unknown")}.</span> {part.reason}
      </span>
    </p>
  );
}
