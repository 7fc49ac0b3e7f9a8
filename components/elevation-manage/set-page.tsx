"use client";

import { RotateCcw, Undo2 } from "lucide-react";
import { useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Progress } from "@/components/ui/progress";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { StaleNote } from "@/components/ui/stale-note";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatMoment } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { ChangeState, EffectState } from "@/lib/domain/access/api";
import type { ManageItem, ManageSet } from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { PreviewDialog } from "./preview-dialog";
import { ReplayNote } from "./replay-note";
import { useManageSet } from "./use-manage";
import { requestWords } from "./words";

const STATE_TONE: Record<ChangeState, Tone> = {
  planned: "quiet",
  submitting: "info",
  unknown: "warn",
  done: "ok",
  refused: "bad",
  failed: "bad",
};
const EFFECT_TONE: Record<EffectState, Tone> = { none: "quiet", waiting: "info", effective: "ok", late: "warn" };
const WRAPPED = "[&_pre]:whitespace-pre-wrap [&_pre]:break-all";

function AzureWords({ item }: { item: ManageItem }) {
  if (item.azure === null) return null;
  return (
    <ProblemPanel
      live={false}
      problem={{
        type: "about:blank",
        title: t("elevationManage.set.azure"),
        status: item.azure.status ?? 0,
        code: "upstream",
        detail: item.azure.message,
        traceId: "",
        azure: { ...item.azure, message: "" },
      }}
    />
  );
}

function Item({ item }: { item: ManageItem }) {
  const { effect } = item;
  return (
    <li className="grid grid-cols-1 gap-1.5 border-line border-b px-4 py-3 text-[0.8125rem] last:border-b-0">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
          <Badge tone={STATE_TONE[item.state]}>{t(`elevationManage.set.states.${item.state}`)}</Badge>
          <span className="min-w-0 break-words font-medium">{requestWords(item.request, item.names)}</span>
        </p>
        {effect.state === "none" ? null : (
          <Badge tone={EFFECT_TONE[effect.state]}>
            {effect.state === "waiting"
              ? t("elevationManage.set.effect.waiting", { seen: effect.seen })
              : t(`elevationManage.set.effect.${effect.state}`)}
          </Badge>
        )}
      </div>
      {item.detail === "" ? null : <p className="break-words text-muted">{item.detail}</p>}
      <AzureWords item={item} />
      <details>
        <summary className="w-fit text-muted text-xs">{t("elevationManage.preview.exact")}</summary>
        <div className="mt-2 grid grid-cols-1 gap-2">
          {item.steps.map((step) => (
            <CodeBlock
              key={`${step.method} ${step.url}`}
              code={`${step.method} ${step.url}${step.body === null ? "" : `\n${JSON.stringify(step.body, null, 2)}`}`}
              label={t("signIn.request.target")}
              copyLabel={t("signIn.request.copyUrl")}
              className={WRAPPED}
            />
          ))}
        </div>
      </details>
    </li>
  );
}

export function summaryWords(set: ManageSet): string {
  const parts = [t("elevationManage.set.summary", { done: set.counts.done, count: set.items.length })];
  for (const state of ["refused", "failed", "unknown", "planned"] as const) {
    if (set.counts[state] > 0) parts.push(t(`elevationManage.set.${state}`, { count: set.counts[state] }));
  }
  return parts.join(", ");
}

export function SetBadge({ set }: { set: ManageSet }) {
  const open = set.endedAt === null;
  return (
    <Badge tone={open ? "info" : set.counts.refused + set.counts.failed > 0 ? "bad" : "ok"}>
      {t(open ? "elevationManage.set.running" : "elevationManage.set.finished")}
    </Badge>
  );
}

function SetView({ set }: { set: ManageSet }) {
  const [next, setNext] = useState<ManageRequest[] | null>(null);
  const [show, setShow] = useState<"all" | "problems">("all");
  const items = show === "all" ? set.items : set.items.filter(({ state }) => state !== "done");
  const settled = set.counts.done + set.counts.refused + set.counts.failed;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="flex flex-wrap items-center gap-2 text-[0.8125rem]">
          <SetBadge set={set} />
          {summaryWords(set)}
        </p>
        <div className="flex flex-wrap gap-2">
          <Link href={`${pages.audit()}?operation=${encodeURIComponent(set.id)}`} className={buttonClass()}>
            {t("elevationManage.set.audit")}
          </Link>
          {set.retry.length === 0 ? null : (
            <Button onClick={() => setNext(set.retry)}>
              <RotateCcw aria-hidden />
              {t("elevationManage.set.retry", { count: set.retry.length })}
            </Button>
          )}
          {set.undo.length === 0 ? null : (
            <Button onClick={() => setNext(set.undo)}>
              <Undo2 aria-hidden />
              {t("elevationManage.set.undo")}
            </Button>
          )}
        </div>
      </div>
      {set.endedAt === null ? <Progress label={t("elevationManage.set.running")} value={settled} max={set.items.length} /> : null}
      {set.waitingFor === null ? null : (
        <p role="note" className="font-medium text-[0.8125rem] text-warn">
          {t("elevationManage.set.waitingFor", { what: set.waitingFor })}
        </p>
      )}
      <Card aria-labelledby="items-title">
        <CardHeader
          id="items-title"
          title={t("elevationManage.set.items")}
          actions={
            <Segmented
              label={t("elevationManage.set.show")}
              value={show}
              options={[
                { value: "all", label: t("elevationManage.set.all") },
                { value: "problems", label: t("elevationManage.set.onlyProblems") },
              ]}
              onChange={setShow}
            />
          }
        />
        <ul>
          {items.map((item) => (
            <Item key={item.index} item={item} />
          ))}
        </ul>
      </Card>
      {next === null ? null : <PreviewDialog requests={next} onClose={() => setNext(null)} />}
    </>
  );
}

/** What became of a set of changes: outcome of each with Azure's words, what was read back, and the way back. */
export function ManageSetPage({ id }: { id: string }) {
  const { data: set, error, refetch, dataUpdatedAt } = useManageSet(id);
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5">
      <header className="grid grid-cols-1 gap-1">
        <BackLink href={pages.elevationManage()}>{t("elevationManage.set.back")}</BackLink>
        <h1 className="font-semibold text-xl tracking-tight">
          {set === undefined
            ? t("elevationManage.set.pageTitle")
            : t("elevationManage.set.title", { time: formatMoment(set.startedAt) })}
        </h1>
        {set === undefined ? null : (
          <p className="text-[0.8125rem] text-muted">{t("elevationManage.set.about", { who: set.operatorName })}</p>
        )}
      </header>
      <ReplayNote />
      {set !== undefined ? (
        <>
          <StaleNote error={error} readAt={dataUpdatedAt} onRetry={refetch} />
          <SetView key={set.id} set={set} />
        </>
      ) : error !== null ? (
        <Card>
          <CardBody className="grid grid-cols-1 gap-3">
            <ProblemPanel
              problem={toClientProblem(error)}
              actions={
                <Button size="sm" onClick={() => void refetch()}>
                  {t("common.retry")}
                </Button>
              }
            />
          </CardBody>
        </Card>
      ) : (
        <div aria-busy="true">
          <p role="status" className="mb-2 text-[0.8125rem] text-muted">
            {t("elevationManage.set.loading")}
          </p>
          <Skeleton className="h-56" />
        </div>
      )}
    </div>
  );
}
