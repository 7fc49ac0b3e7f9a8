"use client";

import { CalendarPlus, FileCode2, Plus, RotateCcw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import type { ScheduleRow } from "@/lib/domain/elevation/manage/api";
import { t } from "@/messages/t";
import { hasBegun } from "./schedule-rows";

type ActionProps = { none: boolean; refusal: string | null; onClick: () => void; children: ReactNode };

/** Off without a choice. Off with the reason, and still to be reached, for a choice that it does not fit. */
function Action({ none, refusal, onClick, children }: ActionProps) {
  if (none || refusal === null) {
    return (
      <Button disabled={none} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Button aria-disabled title={refusal} aria-description={refusal}>
      {children}
    </Button>
  );
}

export type ScheduleActionsProps = {
  chosen: readonly ScheduleRow[];
  now: number;
  /** A new end: an extension of what runs, a renewal of what has ended. */
  onProlong: () => void;
  onRemove: () => void;
  onBicep: () => void;
  onGive: () => void;
};

/** What can be done with the chosen rows. What runs is extended and removed, what begins later removed, what has ended renewed. */
export function ScheduleActions({ chosen, now, onProlong, onRemove, onBicep, onGive }: ScheduleActionsProps) {
  const none = chosen.length === 0;
  const forRunning = chosen.some(({ over }) => over) ? t("elevationManage.eligibilities.onlyRenew") : null;
  const forBegun = chosen.every((row) => hasBegun(row, now)) ? forRunning : t("elevationManage.eligibilities.notBegun");
  const forEnded = chosen.some(({ over }) => !over) ? t("elevationManage.eligibilities.onlyEnded") : null;
  return (
    <div className="flex flex-wrap items-center gap-2 sm:ml-auto">
      {none ? null : <p className="text-muted text-xs">{t("elevationManage.chosen", { count: chosen.length })}</p>}
      <Action none={none} refusal={forBegun} onClick={onProlong}>
        <CalendarPlus aria-hidden />
        {t("elevationManage.eligibilities.extend")}
      </Action>
      <Action none={none} refusal={forEnded} onClick={onProlong}>
        <RotateCcw aria-hidden />
        {t("elevationManage.eligibilities.renew")}
      </Action>
      <Action none={none} refusal={forRunning} onClick={onRemove}>
        <Trash2 aria-hidden />
        {t("elevationManage.eligibilities.remove")}
      </Action>
      <Action none={none} refusal={forRunning} onClick={onBicep}>
        <FileCode2 aria-hidden />
        {t("elevationManage.eligibilities.bicep")}
      </Action>
      <Button variant="primary" onClick={onGive}>
        <Plus aria-hidden />
        {t("elevationManage.eligibilities.assign")}
      </Button>
    </div>
  );
}
