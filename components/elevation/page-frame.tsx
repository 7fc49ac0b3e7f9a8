"use client";

import { Clock, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { PageFrame, Unread } from "@/components/ui/page-state";
import type { ClockSkew } from "@/lib/domain/elevation/api";
import type { ElevationRefusal } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { RefusalNote } from "./refusal-note";
import { minutesWords } from "./time-words";

export type ElevationPageProps = { title: string; intro: string; actions?: ReactNode; children: ReactNode };

export function ElevationPage({ title, intro, actions, children }: ElevationPageProps) {
  return (
    <PageFrame>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 max-w-2xl flex-1 basis-80 grid-cols-1 gap-1">
          <h1 className="font-semibold text-lg leading-6">{title}</h1>
          <p className="text-[0.8125rem] text-muted">{intro}</p>
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </PageFrame>
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

const TITLES = { forbidden: t("elevation.page.forbidden"), throttled: t("elevation.page.throttled") };

/** A list that could not be read at all. */
export function Unavailable(props: { error: unknown; title: string; onRetry: () => void }) {
  return <Unread titles={TITLES} {...props} />;
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
