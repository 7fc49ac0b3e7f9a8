"use client";

import { formatMoment, formatRelative } from "@/lib/client/format";
import { t } from "@/messages/t";

export type TimeTextProps = { value: string | number | null; now: number; absolute?: boolean; className?: string };

/** A moment: relative words with the exact time as title, or the other way round. */
export function TimeText({ value, now, absolute = false, className }: TimeTextProps) {
  if (value === null) return <span className={className}>{t("common.unknown")}</span>;
  const exact = formatMoment(value);
  const near = formatRelative(value, now);
  const machineReadable = typeof value === "number" ? new Date(value).toISOString() : value;
  return (
    <time dateTime={machineReadable} title={absolute ? near : exact} className={className}>
      {absolute ? exact : near}
    </time>
  );
}
