"use client";

import { TriangleAlert } from "lucide-react";
import { formatClock, formatNumber } from "@/lib/client/format";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { t } from "@/messages/t";
import { buttonClass } from "./button";
import { cn } from "./class-names";
import { Popover } from "./popover";
import { ProblemPanel } from "./problem-panel";

function words(value: Completeness): string {
  const received = formatNumber(value.received);
  if (value.complete && value.received === 0) {
    return t(value.expected === null ? "common.completeness.noneUnknown" : "common.completeness.none");
  }
  if (value.complete) {
    return value.expected === null
      ? t("common.completeness.allLoadedUnknown", { received })
      : t("common.completeness.allLoaded", { count: value.received });
  }
  return value.expected === null
    ? t("common.completeness.partialUnknown", { received })
    : t("common.completeness.partial", { received, expected: value.expected });
}

export type CompletenessNoteProps = {
  value: Completeness;
  /** What is counted, where the place alone does not say it. */
  what?: string;
  className?: string;
};

/** Says of every list whether it is whole, as of when, and what is missing with the reason. */
export function CompletenessNote({ value, what, className }: CompletenessNoteProps) {
  const asOf = t("common.completeness.asOf", { time: formatClock(value.asOf) });
  return (
    <span className={cn("inline-flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-xs", className)}>
      <span>
        {what === undefined ? "" : `${what}: `}
        {words(value)} · <time dateTime={value.asOf}>{asOf}</time>
      </span>
      {value.complete ? null : (
        <Popover
          label={t("common.completeness.details")}
          className="w-96"
          trigger={
            <button type="button" className={cn(buttonClass({ size: "sm" }), "border-warn/40 bg-warn-soft text-warn")}>
              <TriangleAlert aria-hidden />
              {value.missing.length === 0
                ? t("common.completeness.missingShort")
                : t("common.completeness.missing", { count: value.missing.length })}
            </button>
          }
        >
          <p className="mb-2 font-semibold text-foreground text-sm">{t("common.completeness.details")}</p>
          {value.missing.length === 0 ? <p>{t("common.completeness.noReason")}</p> : null}
          <ul className="grid gap-3">
            {value.missing.map((item) => (
              <li key={`${item.source}:${item.label}`}>
                <p className="mb-1 font-medium text-foreground">{item.label}</p>
                <ProblemPanel problem={item.problem} live={false} />
              </li>
            ))}
          </ul>
        </Popover>
      )}
    </span>
  );
}
