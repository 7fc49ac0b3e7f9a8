"use client";

import { BackLink } from "@/components/ui/back-link";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Loading, PageFrame } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { StaleNote } from "@/components/ui/stale-note";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatMoment } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { ElevationBatch } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { azureOffset } from "./azure-clock";
import { BatchItem } from "./batch-item";
import { summaryWords } from "./batch-words";
import { PageNotes, Unavailable } from "./page-frame";
import { useBatch, useMine, useSend } from "./use-elevation";

/** Step-ups that are left. The same batch is sent again: what is done stays done. */
function StepUps({ batch }: { batch: ElevationBatch }) {
  const { send, sending, error } = useSend(() => undefined);
  if (batch.stepUps.length === 0) return null;
  const again = () => send({ batchId: batch.id, actions: batch.items.map(({ action }) => action) });
  return (
    <div
      role="note"
      className="grid grid-cols-1 justify-items-start gap-2 rounded-md border border-warn/40 bg-warn-soft/50 px-4 py-3 text-[0.8125rem]"
    >
      <ul className="grid gap-0.5">
        {batch.stepUps.map(({ context, items }) => (
          <li key={context}>{t("elevation.batch.stepUp", { count: items, context })}</li>
        ))}
      </ul>
      <Button variant="primary" disabled={sending} onClick={again}>
        {t("elevation.batch.goOn")}
      </Button>
      {error === null ? null : <ProblemPanel problem={toClientProblem(error)} />}
    </div>
  );
}

function View({ batch, receivedAt }: { batch: ElevationBatch; receivedAt: number }) {
  const mine = useMine();
  const clock = mine.data?.clock ?? { milliseconds: null, isLarge: false };
  const offsetMs =
    mine.data === undefined
      ? 0
      : azureOffset({ asOf: mine.data.completeness.asOf, clock }, mine.dataUpdatedAt === 0 ? receivedAt : mine.dataUpdatedAt);
  const open = batch.endedAt === null;
  const bad = batch.counts.refused + batch.counts.failed > 0;
  return (
    <>
      <PageNotes notice={null} clock={clock} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="flex flex-wrap items-center gap-2 text-[0.8125rem]">
          <Badge tone={bad ? "bad" : open ? "info" : "ok"}>{summaryWords(batch)}</Badge>
        </p>
        <div className="flex flex-wrap gap-2">
          {bad ? (
            <Link href={pages.elevation()} className={buttonClass()}>
              {t("elevation.batch.againRefused")}
            </Link>
          ) : null}
          <Link href={`${pages.audit()}?operation=${encodeURIComponent(batch.id)}`} className={buttonClass()}>
            {t("elevation.batch.audit")}
          </Link>
        </div>
      </div>
      {batch.waitingFor === null ? null : (
        <p role="note" className="font-medium text-[0.8125rem] text-warn">
          {t("elevation.batch.waitingFor", { what: batch.waitingFor })}
        </p>
      )}
      <StepUps batch={batch} />
      <Card aria-labelledby="items-title">
        <CardHeader id="items-title" title={t("elevation.batch.items")} />
        <ul aria-labelledby="items-title">
          {batch.items.map((item) => (
            <BatchItem key={item.id} item={item} offsetMs={offsetMs} />
          ))}
        </ul>
      </Card>
    </>
  );
}

/** What became of everything that was sent together, and whether it works yet. */
export function BatchPage({ id }: { id: string }) {
  const { data: batch, error, refetch, dataUpdatedAt } = useBatch(id);
  const notFound = error !== null && toClientProblem(error).code === "not_found";
  return (
    <PageFrame>
      <header className="grid grid-cols-1 gap-1">
        <BackLink href={pages.elevation()}>{t("elevation.batch.back")}</BackLink>
        <h1 className="font-semibold text-xl tracking-tight">
          {batch === undefined
            ? t("elevation.batch.pageTitle")
            : t("elevation.batch.title", { time: formatMoment(batch.startedAt) })}
        </h1>
      </header>
      {batch !== undefined ? (
        <>
          <StaleNote error={error} readAt={dataUpdatedAt} onRetry={refetch} />
          <View batch={batch} receivedAt={dataUpdatedAt} />
        </>
      ) : error !== null ? (
        <Unavailable
          error={error}
          title={notFound ? t("elevation.batch.notFound") : t("elevation.batch.pageTitle")}
          onRetry={() => void refetch()}
        />
      ) : (
        <Loading words={t("elevation.batch.loading")} />
      )}
    </PageFrame>
  );
}
