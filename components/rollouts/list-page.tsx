"use client";

import { Layers, Plus, SearchX } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { Loading, PageFrame } from "@/components/ui/page-state";
import { Segmented } from "@/components/ui/segmented";
import { TimeText } from "@/components/ui/time-text";
import { formatClock } from "@/lib/client/format";
import { isRolloutOver, needOf } from "@/lib/client/rollout-counts";
import { kindWords } from "@/lib/client/rollout-words";
import { useNow } from "@/lib/client/use-now";
import { useRolloutList } from "@/lib/client/use-rollout-list";
import { pages } from "@/lib/config/routes";
import type { RolloutSummary } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { RolloutBar } from "./counts-bar";
import { countsWords, stateWords, waitWords } from "./rollout-words";
import { Unavailable } from "./unavailable";

const VIEWS = ["all", "needs", "active", "ended"] as const;
type View = (typeof VIEWS)[number];

function isInView(rollout: RolloutSummary, view: View): boolean {
  if (view === "needs") return needOf(rollout) !== null;
  if (view === "active") return !isRolloutOver(rollout.state);
  return view === "all" || isRolloutOver(rollout.state);
}

function Row({ rollout, now }: { rollout: RolloutSummary; now: number }) {
  const { words, tone } = stateWords(rollout);
  const why =
    rollout.waitingFor === null ? rollout.stateReason : t("rolloutLive.waiting", { what: waitWords(rollout.waitingFor) });
  const isOver = rollout.endedAt !== null;
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-b px-4 py-3 last:border-b-0 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_minmax(0,3fr)] md:items-center">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            href={pages.rollout(rollout.id)}
            className="wrap-anywhere min-w-0 font-medium text-link underline-offset-4 hover:underline"
          >
            {rollout.name}
          </Link>
          <Badge tone={tone}>{words}</Badge>
        </p>
        <p className="mt-0.5 text-muted text-xs">
          {kindWords(rollout.kind)} · {t("common.machines", { count: rollout.total })}
        </p>
      </div>
      <div className="grid min-w-0 gap-1">
        <RolloutBar rollout={rollout} />
        <p className="text-xs tabular-nums">{countsWords(rollout.kind, rollout.counts)}</p>
        {why === null || isOver ? null : <p className="wrap-anywhere text-warn text-xs">{why}</p>}
      </div>
      <p className="text-muted text-xs md:text-right">
        {t("rolloutLive.row.by", { name: rollout.operatorName })}
        {rollout.wave === null || isOver ? null : ` · ${t("rolloutLive.row.wave", rollout.wave)}`}
        <br />
        {t(isOver ? "rolloutLive.row.ended" : "rolloutLive.row.started")}{" "}
        <TimeText value={rollout.endedAt ?? rollout.createdAt} now={now} absolute />
      </p>
    </li>
  );
}

function Nothing({ total, onShowAll }: { total: number; onShowAll: () => void }) {
  if (total > 0)
    return (
      <EmptyState
        icon={SearchX}
        title={t("rolloutLive.noneShown")}
        actions={<Button onClick={onShowAll}>{t("rolloutLive.showAll")}</Button>}
      >
        {t("rolloutLive.noneShownWhy")}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Layers}
      title={t("rolloutLive.empty")}
      actions={
        <>
          <Link href={pages.newRollout()} className={buttonClass({ variant: "primary" })}>
            {t("rolloutLive.new")}
          </Link>
          <Link href={pages.machines()} className={buttonClass()}>
            {t("rolloutLive.emptyMachines")}
          </Link>
        </>
      }
    >
      {t("rolloutLive.emptyWhy")}
    </EmptyState>
  );
}

/** Roll-outs, newest first: where each stands, and which of them need a person. */
export function ListPage() {
  const [view, setView] = useQueryState("show", parseAsStringLiteral(VIEWS).withDefault("all"));
  const query = useRolloutList();
  const now = useNow();
  const list = query.data;
  const shown = list?.rollouts.filter((rollout) => isInView(rollout, view)) ?? [];
  return (
    <PageFrame>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 max-w-2xl">
          <h1 className="font-semibold text-lg leading-6">{t("rolloutLive.title")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("rolloutLive.subtitle")}</p>
          {list === undefined ? null : (
            <p className="mt-0.5 text-muted text-xs">
              {t(`rolloutLive.${list.scope}`)}{" "}
              {list.olderLeftOut === null ? "" : `${t("rolloutLive.olderLeftOut", { count: list.olderLeftOut })} `}
              {list.rollouts.length === 0 ? `${t("common.completeness.none")} · ` : ""}
              <time dateTime={list.asOf} className="whitespace-nowrap">
                {t(list.rollouts.length === 0 ? "rolloutLive.asOf" : "rolloutLive.asOfSentence", {
                  time: formatClock(list.asOf),
                })}
              </time>
            </p>
          )}
        </div>
        <Link href={pages.newRollout()} className={buttonClass({ variant: "primary" })}>
          <Plus aria-hidden />
          {t("rolloutLive.new")}
        </Link>
      </header>
      {list === undefined || list.rollouts.length === 0 ? null : (
        <Segmented
          label={t("rolloutLive.show.label")}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`rolloutLive.show.${value}`) }))}
          onChange={(next) => void setView(next)}
          className="w-fit max-w-full overflow-x-auto"
        />
      )}
      {query.error === null ? null : (
        <div className="grid gap-2">
          {list === undefined ? null : (
            <p className="text-warn text-xs">{t("rolloutLive.stale", { time: formatClock(list.asOf) })}</p>
          )}
          <Unavailable error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {list === undefined ? (
        query.error === null ? (
          <Loading words={t("rolloutLive.loading")} />
        ) : null
      ) : (
        <Card>
          {shown.length === 0 ? <Nothing total={list.rollouts.length} onShowAll={() => void setView("all")} /> : null}
          {shown.length === 0 ? null : (
            <ul aria-label={t("rolloutLive.listLabel")}>
              {shown.map((rollout) => (
                <Row key={rollout.id} rollout={rollout} now={now} />
              ))}
            </ul>
          )}
        </Card>
      )}
    </PageFrame>
  );
}
