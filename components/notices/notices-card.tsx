"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw, Send } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { NoneNote } from "@/components/ui/none-note";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { RetryButton } from "@/components/ui/retry-button";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatClock, formatMoment, formatNumber } from "@/lib/client/format";
import { useSession } from "@/lib/client/session";
import { api } from "@/lib/config/routes";
import type { NoticeDelivery, NoticeQueued, NoticesView } from "@/lib/domain/notices/api";
import type { NoticeState, NoticeTarget } from "@/lib/domain/notices/types";
import { t } from "@/messages/t";

const TONE: Record<NoticeState, Tone> = { waiting: "info", sending: "info", delivered: "ok", givenUp: "bad", dropped: "quiet" };
const KEY = ["notices"];
/** While something is on its way its outcome is a second or two away. */
const SOON_MS = 2_000;
const LATER_MS = 30_000;

function useNotices() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => apiFetch<NoticesView>(api.notices(), { signal }),
    refetchInterval: ({ state }) => {
      const counts = state.data?.counts;
      return counts !== undefined && counts.waiting + counts.sending > 0 ? SOON_MS : LATER_MS;
    },
  });
}

function TargetRow({ target, host }: { target: NoticeTarget; host: string | null }) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => apiFetch<NoticeQueued>(api.noticeTest(), { method: "POST", body: { target } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const name = t(`notices.target.${target}`);
  return (
    <li className="grid gap-2 border-line border-b px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="font-medium">{name}</p>
          <p className="text-[0.8125rem] text-muted">
            {host === null
              ? t("notices.notSet", { names: t(`notices.variables.${target}`) })
              : `${t("notices.host", { host })}. ${t(`notices.targetAbout.${target}`)}`}
          </p>
        </div>
        {host === null ? null : (
          <Button onClick={() => test.mutate()} disabled={test.isPending}>
            <Send aria-hidden />
            {test.isPending ? t("notices.testing") : t("notices.test", { target: name })}
          </Button>
        )}
      </div>
      <p role="status" className="text-[0.8125rem] text-ok empty:hidden">
        {test.isSuccess ? t("notices.queued") : ""}
      </p>
      {test.error === null ? null : <ProblemPanel problem={toClientProblem(test.error)} />}
    </li>
  );
}

function StateCell({ row }: { row: NoticeDelivery }) {
  const facts = [
    row.lastStatus === null ? null : t("notices.answered", { status: String(row.lastStatus) }),
    row.nextAt === null || row.state !== "waiting" ? null : t("notices.next", { time: formatClock(row.nextAt) }),
  ].filter((fact) => fact !== null);
  return (
    <>
      <Badge tone={TONE[row.state]}>{t(`notices.state.${row.state}`)}</Badge>
      {facts.length === 0 ? null : <span className="block text-muted text-xs">{facts.join(" · ")}</span>}
      {row.lastError === null ? null : <span className="block max-w-72 break-words text-bad text-xs">{row.lastError}</span>}
    </>
  );
}

function Again({ row }: { row: NoticeDelivery }) {
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      apiFetch<NoticeQueued>(api.noticeRetry(), { method: "POST", body: { eventId: row.eventId, target: row.target } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  if (row.state !== "givenUp") return null;
  return (
    <>
      <Button
        size="sm"
        disabled={again.isPending}
        onClick={() => again.mutate()}
        aria-label={t("notices.againLabel", { subject: row.subject })}
      >
        {t("notices.again")}
      </Button>
      {again.error === null ? null : <ProblemPanel className="mt-2" problem={toClientProblem(again.error)} />}
    </>
  );
}

function Deliveries({ rows, asOf }: { rows: readonly NoticeDelivery[]; asOf: string }) {
  if (rows.length === 0) {
    return (
      <>
        <p className="px-4 py-3 text-muted">{t("notices.none")}</p>
        <NoneNote asOf={asOf} className="px-4 pb-3 text-muted text-xs" />
      </>
    );
  }
  return (
    <Table caption={t("notices.caption")}>
      <thead>
        <tr>
          <Th>{t("notices.column.at")}</Th>
          <Th>{t("notices.column.what")}</Th>
          <Th>{t("notices.column.to")}</Th>
          <Th>{t("notices.column.state")}</Th>
          <Th className="text-right">{t("notices.column.attempts")}</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.eventId}:${row.target}`}>
            <Td className="whitespace-nowrap tabular-nums">{formatMoment(row.createdAt)}</Td>
            <Td className="min-w-48">
              <span className="font-medium">{t(`notices.kind.${row.kind}`)}</span>
              <span className="block text-muted text-xs">{row.subject}</span>
            </Td>
            <Td>{t(`notices.target.${row.target}`)}</Td>
            <Td>
              <StateCell row={row} />
              <Again row={row} />
            </Td>
            <Td className="text-right tabular-nums">{row.attempts}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Where notices go, a test, and what became of the newest. Only for Portal.Admin. */
export function NoticesCard() {
  const { info } = useSession();
  if (info === null) return null;
  const mayManage = info.portalRoles.includes("Portal.Admin");
  return (
    <Card aria-labelledby="notices">
      <CardHeader id="notices" title={t("notices.title")} description={t("notices.about")} />
      {mayManage ? <Managed /> : <p className="px-4 py-3 text-muted">{t("notices.forbidden")}</p>}
    </Card>
  );
}

function Managed() {
  const query = useNotices();
  const view = query.data;
  if (view === undefined) {
    if (query.error !== null) {
      return (
        <ProblemPanel className="m-4" problem={toClientProblem(query.error)} actions={<RetryButton onRetry={query.refetch} />} />
      );
    }
    return <Skeleton className="m-4 h-24" />;
  }
  const { delivered, waiting, sending, givenUp } = view.counts;
  return (
    <>
      <ul>
        {view.targets.map((one) => (
          <TargetRow key={one.target} {...one} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2 text-muted text-xs">
        <span>
          {t("notices.counts", {
            delivered: formatNumber(delivered),
            waiting: formatNumber(waiting + sending),
            givenUp: formatNumber(givenUp),
          })}
        </span>
        <Button size="sm" onClick={() => void query.refetch()} disabled={query.isFetching}>
          <RefreshCw aria-hidden />
          {t("notices.refresh")}
        </Button>
      </div>
      {givenUp === 0 ? null : (
        <p role="note" className="border-line border-b bg-bad-soft/40 px-4 py-2 text-[0.8125rem] text-bad">
          {t("notices.givenUp", { count: givenUp })}
        </p>
      )}
      <Deliveries rows={view.deliveries} asOf={view.asOf} />
    </>
  );
}
