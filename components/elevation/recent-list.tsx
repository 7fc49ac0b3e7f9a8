"use client";

import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { formatDateTime, formatMoment } from "@/lib/client/format";
import { elapsedWords } from "@/lib/client/use-elapsed";
import { pages } from "@/lib/config/routes";
import type { ElevationBatch, ElevationBatchList } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { itemTitle } from "./batch-item";
import { summaryWords } from "./batch-words";

const SHOWN = 8;

function titleOf({ items }: ElevationBatch): string {
  const [first] = items;
  if (first === undefined) return t("elevation.batch.pageTitle");
  const rest = items.length - 1;
  return rest === 0 ? itemTitle(first) : `${itemTitle(first)} ${t("elevation.permits.more", { count: rest })}`;
}

function effectWords({ count, medianMs, worstMs }: ElevationBatchList["effectTimes"]): string | undefined {
  if (medianMs === null || worstMs === null) return undefined;
  return t("elevation.mine.effectTimes", { count, median: elapsedWords(medianMs), worst: elapsedWords(worstMs) });
}

/** Requests that wait for a stronger sign-in of mine: nothing else carries them on. */
export function StepUpNotes({ batches }: { batches: readonly ElevationBatch[] }) {
  return batches
    .filter(({ stepUps }) => stepUps.length > 0)
    .map((batch) => (
      <p key={batch.id} role="note" className="rounded-md border border-warn/40 bg-warn-soft/50 px-3 py-2 text-[0.8125rem]">
        {t("elevation.mine.stepUpWaits", { time: formatDateTime(batch.startedAt) })}{" "}
        <Link href={pages.elevationRequest(batch.id)} className="text-link underline underline-offset-4">
          {t("elevation.mine.stepUpOpen")}
        </Link>
      </p>
    ));
}

/** What I asked for lately, each with its outcome and the way to its page, and how long activations take until they work. */
export function RecentList({ list }: { list: ElevationBatchList }) {
  if (list.batches.length === 0) return null;
  const description = effectWords(list.effectTimes);
  return (
    <Card aria-labelledby="recent-title">
      <CardHeader id="recent-title" title={t("elevation.mine.recent")} {...(description === undefined ? {} : { description })} />
      <ul aria-labelledby="recent-title">
        {list.batches.slice(0, SHOWN).map((batch) => {
          const bad = batch.counts.refused + batch.counts.failed > 0;
          const open = batch.endedAt === null;
          return (
            <li
              key={batch.id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-b px-4 py-2.5 text-[0.8125rem] last:border-b-0"
            >
              <Link
                href={pages.elevationRequest(batch.id)}
                className="min-w-0 break-words text-link underline-offset-4 hover:underline"
              >
                {titleOf(batch)}
              </Link>
              <span className="flex flex-wrap items-center gap-2">
                <Badge tone={bad ? "bad" : open ? "info" : "quiet"}>{summaryWords(batch)}</Badge>
                <time dateTime={batch.startedAt} className="text-muted text-xs">
                  {formatMoment(batch.startedAt)}
                </time>
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
