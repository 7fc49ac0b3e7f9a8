"use client";

import { Clock, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import type { ClockSkew } from "@/lib/domain/elevation/api";
import type { ElevationRefusal } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { RefusalNote } from "./refusal-note";
import { minutesWords } from "./time-words";

export type PageFrameProps = { title: string; intro: string; actions?: ReactNode; children: ReactNode };

export function PageFrame({ title, intro, actions, children }: PageFrameProps) {
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 max-w-2xl flex-1 basis-80 grid-cols-1 gap-1">
          <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
          <p className="text-[0.8125rem] text-muted">{intro}</p>
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function RefreshButton({ busy, onRead }: { busy: boolean; onRead: () => void }) {
  return (
    <Button size="sm" onClick={onRead} aria-disabled={busy}>
      <RefreshCw aria-hidden className={busy ? "animate-spin motion-reduce:animate-none" : ""} />
      {t("elevation.page.refresh")}
    </Button>
  );
}

export function Loading({ words }: { words: string }) {
  return (
    <div aria-busy="true" className="grid grid-cols-1 gap-3">
      <p role="status" className="text-[0.8125rem] text-muted">
        {words}
      </p>
      <Skeleton className="h-24" />
      <Skeleton className="h-64" />
    </div>
  );
}

/** A list that could not be read at all; a refusal by right or by quota says so in its title. */
export function Unavailable({ error, title, onRetry }: { error: unknown; title: string; onRetry: () => void }) {
  const problem = toClientProblem(error);
  const named =
    problem.code === "forbidden"
      ? t("elevation.page.forbidden")
      : problem.code === "throttled"
        ? t("elevation.page.throttled")
        : title;
  return (
    <ProblemPanel
      problem={{ ...problem, title: named, detail: problem.detail }}
      actions={
        <Button size="sm" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      }
    />
  );
}

export type PageNotesProps = { notice: ElevationRefusal | null; clock: ClockSkew };

/** Said once for a page: the licence or a right is missing, or the clocks are apart. */
export function PageNotes({ notice, clock }: PageNotesProps) {
  const apart = clock.milliseconds ?? 0;
  return (
    <>
      {notice === null ? null : (
        <RefusalNote
          refusal={notice}
          quiet
          {...(notice.id === "licenceMissing" ? {} : { extra: t("elevation.page.restWorks") })}
        />
      )}
      {clock.isLarge ? (
        <p
          role="note"
          className="flex items-start gap-2 rounded-md border border-warn/40 bg-warn-soft/50 px-3 py-2 text-[0.8125rem]"
        >
          <Clock aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
          {t("elevation.page.clock", {
            difference: minutesWords(Math.max(1, Math.round(Math.abs(apart) / 60_000))),
            direction: t(apart > 0 ? "elevation.page.behind" : "elevation.page.ahead"),
          })}
        </p>
      ) : null}
    </>
  );
}
