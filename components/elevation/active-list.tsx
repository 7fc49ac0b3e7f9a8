"use client";

import { useEffect, useRef } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { formatClock, formatDateTime } from "@/lib/client/format";
import type { ActiveRow } from "@/lib/domain/elevation/api";
import { type Countdown, countdownOf } from "@/lib/domain/elevation/clock";
import { t } from "@/messages/t";
import { useAzureNow } from "./azure-clock";
import { EffectNote } from "./effect-note";
import { scopeWords } from "./scope-words";
import { leftWords } from "./time-words";

const DAY_MS = 86_400_000;

/** A time of today as time of day, any other with its date. */
export function momentWords(iso: string, nowMs: number): string {
  return Math.abs(Date.parse(iso) - nowMs) < DAY_MS ? formatClock(iso) : formatDateTime(iso);
}

function countdownWords(countdown: Countdown): string {
  switch (countdown.kind) {
    case "notBegun":
      return t("elevation.active.beginsIn", { time: leftWords(countdown.msToStart) });
    case "running":
      return t("elevation.active.endsIn", { time: leftWords(countdown.msLeft) });
    case "endless":
      return t("elevation.active.endless");
    case "over":
      return t("elevation.active.ended");
  }
}

function countdownTone(countdown: Countdown) {
  if (countdown.kind === "running") return countdown.endsSoon ? "warn" : "ok";
  return countdown.kind === "notBegun" ? "info" : "quiet";
}

export type ActiveActions = { onDeactivate: (row: ActiveRow) => void; onExtend: (row: ActiveRow) => void };

type RowProps = ActiveActions & { row: ActiveRow; nowMs: number; requestOf: (itemId: string) => string | null };

function EndButton({ row, nowMs, onDeactivate }: Pick<RowProps, "row" | "nowMs" | "onDeactivate">) {
  const names = { role: row.role.name, scope: scopeWords(row.scope) };
  if (row.canEndFrom === null) {
    return <p className="text-muted text-xs">{t("elevation.active.notHere")}</p>;
  }
  const waitMs = Date.parse(row.canEndFrom) - nowMs;
  const noteId = `end-${row.id}`;
  return (
    <>
      <Button
        size="sm"
        disabled={waitMs > 0}
        aria-label={t("elevation.active.deactivateName", names)}
        aria-describedby={waitMs > 0 ? noteId : undefined}
        onClick={() => onDeactivate(row)}
      >
        {t("elevation.active.deactivate")}
      </Button>
      {waitMs > 0 ? (
        <p id={noteId} className="text-muted text-xs tabular-nums">
          {t("elevation.active.notYet", { time: formatClock(row.canEndFrom), left: leftWords(waitMs) })}
        </p>
      ) : null}
    </>
  );
}

/** Asking for a later end of a time-bound assignment is offered in its last 14 days; an activation is activated again instead. */
function mayExtend(row: ActiveRow, nowMs: number): boolean {
  if (row.kind !== "assigned" || row.viaGroup !== null || row.endsAt === null || row.scheduleId === null) return false;
  return Date.parse(row.endsAt) - nowMs <= 14 * DAY_MS;
}

function Row({ row, nowMs, requestOf, onDeactivate, onExtend }: RowProps) {
  const countdown = countdownOf(row, new Date(nowMs));
  const request = row.itemId === null ? null : requestOf(row.itemId);
  const names = { role: row.role.name, scope: scopeWords(row.scope) };
  return (
    <li className="grid min-w-0 grid-cols-1 gap-x-6 gap-y-2 border-line border-b px-4 py-3 last:border-b-0 @3xl:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_minmax(0,5fr)]">
      <div className="grid min-w-0 grid-cols-1 content-start gap-0.5 text-[0.8125rem]">
        <p className="break-words font-medium">{names.role}</p>
        <p className="break-words text-muted" title={row.scope.id}>
          {names.scope}
        </p>
        <p className="break-words text-muted text-xs">
          {t(`elevation.active.${row.kind}`)}
          {row.viaGroup === null ? "" : `, ${t("elevation.mine.via", { group: row.viaGroup.name })}`}
        </p>
      </div>
      <div className="grid min-w-0 grid-cols-1 content-start justify-items-start gap-1">
        <Badge tone={countdownTone(countdown)} className="tabular-nums">
          {countdownWords(countdown)}
        </Badge>
        {row.endsAt === null || countdown.kind === "over" ? null : (
          <p className="text-muted text-xs">{t("elevation.active.afterwards", { time: momentWords(row.endsAt, nowMs) })}</p>
        )}
        {countdown.kind === "running" && countdown.endsSoon ? (
          <p className="font-medium text-warn text-xs">{t("elevation.active.endsSoon")}</p>
        ) : null}
      </div>
      <div className="grid min-w-0 grid-cols-1 content-start justify-items-start gap-1.5">
        {row.effect === null ? (
          <span className="text-muted text-xs">{t("elevation.effect.otherTool")}</span>
        ) : (
          <EffectNote effect={row.effect} />
        )}
        <div className="flex flex-wrap items-center gap-2">
          {countdown.kind === "over" ? null : <EndButton row={row} nowMs={nowMs} onDeactivate={onDeactivate} />}
          {mayExtend(row, nowMs) ? (
            <Button size="sm" aria-label={`${t("elevation.mine.extend")}: ${names.role}`} onClick={() => onExtend(row)}>
              {t("elevation.mine.extend")}
            </Button>
          ) : null}
          {request === null ? null : (
            <Link href={request} className="text-link text-xs underline underline-offset-4">
              {t("elevation.active.details")}
            </Link>
          )}
        </div>
      </div>
    </li>
  );
}

export type ActiveListProps = ActiveActions & {
  rows: readonly ActiveRow[];
  offsetMs: number;
  /** Page of the request that activated something; null = not among the ones that are known. */
  requestOf: (itemId: string) => string | null;
  /** One of the rows has just ended by the clock. */
  onEnded: () => void;
  /** False when a part could not be read: an empty list then says nothing. */
  isWhole: boolean;
};

/** What is active now, counted down by Azure's clock; a row that ends says so by itself and the lists are read again. */
export function ActiveList({ rows, offsetMs, requestOf, onEnded, isWhole, ...actions }: ActiveListProps) {
  const nowMs = useAzureNow(offsetMs);
  const over = rows.filter((row) => countdownOf(row, new Date(nowMs)).kind === "over").length;
  const counted = useRef(over);
  useEffect(() => {
    if (over > counted.current) onEnded();
    counted.current = over;
  }, [over, onEnded]);
  return (
    <Card aria-labelledby="active-title" className="@container">
      <CardHeader
        id="active-title"
        title={t("elevation.active.title")}
        {...(rows.length === 0 ? {} : { description: t("elevation.active.count", { count: rows.length - over }) })}
      />
      {rows.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">
          {t(isWhole ? "elevation.active.none" : "elevation.active.noneRead")}
        </p>
      ) : (
        <ul aria-labelledby="active-title">
          {rows.map((row) => (
            <Row key={row.id} row={row} nowMs={nowMs} requestOf={requestOf} {...actions} />
          ))}
        </ul>
      )}
    </Card>
  );
}
