"use client";

import { Hourglass, Lock, RefreshCw, SearchX, ServerOff, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Popover } from "@/components/ui/popover";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Progress } from "@/components/ui/progress";
import { rightRefusal } from "@/components/ui/right-note";
import { Skeleton } from "@/components/ui/skeleton";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { getAccess } from "@/lib/client/access/use-access";
import { formatDateTime, formatNumber } from "@/lib/client/format";
import { isReading } from "@/lib/client/is-reading";
import type { OperatorRight } from "@/lib/domain/access/api";
import type { InputSource } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { sourceWords } from "./access-words";

const SECOND_MS = 1_000;
const REASONS_SHOWN = 30;
const FRAME = "min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-surface shadow-card";

export function RetryAccess() {
  return (
    <Button size="sm" onClick={() => void getAccess().refresh()}>
      <RefreshCw aria-hidden />
      {t("common.retry")}
    </Button>
  );
}

/** How far a read is, input by input, and what it waits for. */
export function AccessProgressLine({ status }: { status: AccessStatus }) {
  if (!isReading(status)) return null;
  const parts = Object.entries(status.received).map(([source, count]) => `${formatNumber(count)} ${sourceWords(source)}`);
  return (
    <div className="grid gap-1.5">
      <Progress label={t("accessFleet.state.loading")} value={null} className="h-1" />
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs tabular-nums">
        <span>{[t("accessFleet.state.loading"), ...parts].join(" · ")}</span>
        {status.waiting === null ? null : (
          <span className="inline-flex items-center gap-1 font-medium text-warn">
            <Hourglass aria-hidden className="size-3.5" />
            {t("accessFleet.state.waiting", {
              seconds: Math.ceil(status.waiting.ms / SECOND_MS),
              source: sourceWords(status.waiting.source),
            })}
          </span>
        )}
        {status.fromSnapshot && status.asOf !== null ? (
          <span>{t("accessFleet.state.snapshot", { time: formatDateTime(status.asOf) })}</span>
        ) : null}
      </p>
    </div>
  );
}

function AtLeastNotice({ status }: { status: AccessStatus }) {
  const { incomplete } = status;
  if (incomplete.length === 0) return null;
  const more = incomplete.length - REASONS_SHOWN;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warn/35 bg-warn-soft/60 px-3 py-1.5 text-xs">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
      <p role="status" className="min-w-0 flex-1">
        <span className="font-medium">{t("accessFleet.state.atLeast", { count: incomplete.length })}. </span>
        {t("accessFleet.state.atLeastHow")}
      </p>
      <Popover
        label={t("common.completeness.details")}
        className="w-96"
        trigger={<Button size="sm">{t("common.completeness.details")}</Button>}
      >
        <ul className="grid gap-2 text-[0.8125rem]">
          {incomplete.slice(0, REASONS_SHOWN).map((row) => (
            <li key={`${row.source}:${row.at ?? ""}:${row.label}`} className="break-words">
              <span className="font-medium">{row.label}</span>
              <span className="text-muted">{` · ${sourceWords(row.source)} · ${row.reason}`}</span>
            </li>
          ))}
          {more > 0 ? <li className="text-muted">{t("accessFleet.state.atLeastMore", { count: more })}</li> : null}
        </ul>
      </Popover>
    </div>
  );
}

/** Inputs without which the counts say next to nothing. */
const GRAVE: readonly InputSource[] = ["assignments", "roleDefinitions", "machines"];

/** A whole input that is missing is no footnote: what Azure said stands above the rows, with the right that is needed. */
function GraveProblem({ status }: { status: AccessStatus }) {
  const whole = status.incomplete.find(({ source, at }) => at === null && GRAVE.includes(source));
  const found = status.completeness?.missing.find(({ source }) => source === whole?.source);
  if (found === undefined) return null;
  const how = found.problem.code === "forbidden" ? t("accessFleet.state.forbiddenHow") : "";
  return (
    <ProblemPanel
      problem={{ ...found.problem, nextStep: `${how} ${found.problem.nextStep ?? ""}`.trim() }}
      actions={<RetryAccess />}
    />
  );
}

/** What is not whole about the answers on the screen: a failed refresh, inputs that could not be read. */
export function AccessNotices({ status }: { status: AccessStatus }) {
  if (status.phase !== "ready") return null;
  const { problem } = status;
  const kept = status.asOf === null ? "" : t("accessFleet.state.kept", { time: formatDateTime(status.asOf) });
  return (
    <>
      {problem === null ? null : (
        <ProblemPanel problem={{ ...problem, nextStep: `${problem.nextStep ?? ""} ${kept}`.trim() }} actions={<RetryAccess />} />
      )}
      {problem === null ? <GraveProblem status={status} /> : null}
      <AtLeastNotice status={status} />
    </>
  );
}

/** Says once, above everything, why nothing can be changed from here. */
export function ReadOnlyNote({ right }: { right: OperatorRight }) {
  const refusal = rightRefusal(right);
  if (refusal === null) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 rounded-lg border border-line bg-sunken px-3 py-1.5 text-xs">
      <Lock aria-hidden className="size-3.5 shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="font-medium">{t("accessFleet.state.readOnly")} </span>
        {refusal}
      </span>
    </p>
  );
}

export function LoadingRows({ label }: { label: string }) {
  return (
    <div role="status" className={FRAME}>
      <span className="sr-only">{label}</span>
      <div className="h-9 border-line border-b bg-sunken" />
      {Array.from({ length: 16 }, (_, index) => `row-${index}`).map((key) => (
        <div key={key} className="flex h-9 items-center gap-8 border-line border-b px-3">
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-3 w-24" />
          <Skeleton className="hidden h-3 w-64 md:block" />
        </div>
      ))}
    </div>
  );
}

/** The refusal with the permission that is missing; other failures as they are. */
export function AccessFailure({ status }: { status: AccessStatus }) {
  const { problem } = status;
  if (problem === null) return null;
  const forbidden = problem.code === "forbidden";
  return (
    <div className={`${FRAME} p-4`}>
      <h2 className="mb-3 font-semibold">{forbidden ? t("accessFleet.state.forbidden") : t("accessFleet.state.failed")}</h2>
      {forbidden ? <p className="mb-3 max-w-2xl text-muted">{t("accessFleet.state.forbiddenHow")}</p> : null}
      <ProblemPanel problem={problem} actions={<RetryAccess />} />
    </div>
  );
}

export type AccessEmptyProps = {
  status: AccessStatus;
  /** Rows before any filter; null while the answer is still on its way. */
  total: number | null;
  onClear: () => void;
};

/** What stands in the place of rows when there are none: loading, failed, nothing there, nothing found. */
export function AccessEmpty({ status, total, onClear }: AccessEmptyProps) {
  if (status.phase === "failed") return <AccessFailure status={status} />;
  if (status.version === 0 || total === null) return <LoadingRows label={t("accessFleet.state.loading")} />;
  if (total > 0) {
    return (
      <div className={FRAME}>
        <EmptyState
          icon={SearchX}
          title={t("accessFleet.state.nothingFound")}
          actions={<Button onClick={onClear}>{t("accessFleet.state.clear")}</Button>}
        >
          {t("accessFleet.state.nothingFoundDetail")}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={FRAME}>
      <EmptyState icon={ServerOff} title={t("accessFleet.state.empty")} actions={<RetryAccess />}>
        {t("accessFleet.state.emptyDetail")}
      </EmptyState>
    </div>
  );
}
