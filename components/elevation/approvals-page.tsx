"use client";

import { Inbox } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { EmptyState } from "@/components/ui/empty-state";
import { Loading } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import type { ApprovalInbox, ApprovalRow } from "@/lib/domain/elevation/api";
import type { ElevationInput } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { ApprovalCard } from "./approval-card";
import { azureOffset, useAzureNow } from "./azure-clock";
import { DecideDialog, type Decision, decideActions } from "./decide-dialog";
import { DecidedList } from "./decided-list";
import { OutcomeStrip } from "./outcome-strip";
import { ElevationPage, PageNotes, RefreshButton, Unavailable } from "./page-frame";
import { useApprovals, useApprovers, usePermits, useSend } from "./use-elevation";

const newId = (): string => crypto.randomUUID();

/** Says who has come since the page was opened, for those who do not see it appear. */
function useArrivals(rows: readonly ApprovalRow[]): string {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    const fresh = known.current === null ? [] : rows.filter(({ id }) => known.current?.has(id) === false);
    known.current = new Set(rows.map(({ id }) => id));
    if (fresh.length === 0) return;
    setWords(
      fresh
        .map(({ requester, role }) => t("elevation.approvals.arrived", { person: requester.name, role: role.name }))
        .join(". "),
    );
  }, [rows]);
  return words;
}

type BarProps = { chosen: number; sending: boolean; onDecide: (decision: Decision) => void };

function DecideBar({ chosen, sending, onDecide }: BarProps) {
  return (
    <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center gap-2 border-line border-t bg-raised px-4 py-2.5 shadow-float md:mx-0 md:rounded-lg md:border">
      <span role="status" className="basis-full text-[0.8125rem] sm:basis-auto">
        {t("elevation.approvals.selected", { count: chosen })}
      </span>
      <Button
        variant="primary"
        size="lg"
        className="flex-1 sm:ml-auto sm:flex-none"
        disabled={sending}
        onClick={() => onDecide("approve")}
      >
        {t("elevation.approvals.approveMany", { count: chosen })}
      </Button>
      <Button size="lg" className="flex-1 sm:flex-none" disabled={sending} onClick={() => onDecide("deny")}>
        {t("elevation.approvals.denyMany", { count: chosen })}
      </Button>
    </div>
  );
}

function usePermitsOf(rows: readonly ApprovalRow[]) {
  return usePermits(
    rows.map(({ id, role, scope, requester }) => ({ key: id, roleId: role.id, scope: scope.id, principalId: requester.id })),
  );
}

type SelectAllProps = { decidable: readonly string[]; chosen: readonly string[]; onChoose: (ids: readonly string[]) => void };

function SelectAll({ decidable, chosen, onChoose }: SelectAllProps) {
  if (decidable.length < 2) return null;
  const all = chosen.length === decidable.length;
  return (
    <span className="inline-flex items-center gap-2 text-[0.8125rem]">
      <Checkbox
        id="select-all-approvals"
        checked={all}
        indeterminate={chosen.length > 0 && !all}
        onChange={(event) => onChoose(event.target.checked ? decidable : [])}
      />
      <label htmlFor="select-all-approvals">{t("elevation.approvals.selectAll")}</label>
    </span>
  );
}

function View({ inbox, offsetMs }: { inbox: ApprovalInbox; offsetMs: number }) {
  const { rows } = inbox;
  const nowMs = useAzureNow(offsetMs);
  const permits = usePermitsOf(rows);
  const approvers = useApprovers(rows.map(({ policy }) => policy));
  const arrivals = useArrivals(rows);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<{ decision: Decision; rows: readonly ApprovalRow[] } | null>(null);
  const attempt = useRef<{ reason: string; input: ElevationInput } | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const { send, sending, error } = useSend((batch) => {
    setTold(batch.id);
    setPicked([]);
    setAsked(null);
  });
  const decidable = rows.filter(({ canDecide }) => canDecide.allowed).map(({ id }) => id);
  const chosen = picked.filter((id) => decidable.includes(id));
  const waiting = new Set(rows.map(({ id }) => id));
  const ask = (decision: Decision, ids: readonly string[]) => {
    attempt.current = null;
    setAsked({ decision, rows: rows.filter(({ id }) => ids.includes(id)) });
  };
  const choose = (id: string, on: boolean) => setPicked(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <>
      <PageNotes notice={rows.length === 0 ? inbox.notice : null} clock={inbox.clock} />
      <p role="status" className="sr-only">
        {arrivals}
      </p>
      {told === null ? null : (
        <OutcomeStrip batchId={told} title={t("elevation.approvals.outcome")} onClose={() => setTold(null)} />
      )}
      {error === null || asked !== null ? null : <ProblemPanel problem={toClientProblem(error)} />}
      {rows.length === 0 ? (
        <Card aria-label={t("elevation.approvals.title")}>
          <EmptyState icon={Inbox} title={t("elevation.approvals.empty")}>
            {t(
              inbox.notice === null && inbox.completeness.complete
                ? "elevation.approvals.emptyText"
                : "elevation.approvals.emptyBlocked",
            )}
          </EmptyState>
        </Card>
      ) : (
        <>
          <SelectAll decidable={decidable} chosen={chosen} onChoose={setPicked} />
          <ul aria-label={t("elevation.approvals.title")} className="grid min-w-0 grid-cols-1 gap-4">
            {rows.map((row) => (
              <ApprovalCard
                key={row.id}
                row={row}
                nowMs={nowMs}
                permits={permits}
                approvers={approvers}
                chosen={chosen.includes(row.id)}
                onChoose={(on) => choose(row.id, on)}
                onDecide={(decision) => ask(decision, [row.id])}
              />
            ))}
          </ul>
        </>
      )}
      <DecidedList rows={inbox.decided} nowMs={nowMs} />
      {chosen.length === 0 ? null : (
        <DecideBar chosen={chosen.length} sending={sending} onDecide={(decision) => ask(decision, chosen)} />
      )}
      {asked === null ? null : (
        <DecideDialog
          decision={asked.decision}
          rows={asked.rows}
          gone={new Set(asked.rows.map(({ id }) => id).filter((id) => !waiting.has(id)))}
          sending={sending}
          problem={error === null || attempt.current === null ? null : toClientProblem(error)}
          onClose={() => setAsked(null)}
          onSend={(reason) => {
            // The same words sent again are the same decision, whatever became of the first attempt.
            if (attempt.current?.reason !== reason) {
              const actions = decideActions(asked.decision, asked.rows, reason, newId);
              attempt.current = { reason, input: { batchId: newId(), actions } };
            }
            send(attempt.current.input);
          }}
        />
      )}
    </>
  );
}

/** One inbox for every scope: requests that I may decide, with what a yes would mean. */
export function ApprovalsPage() {
  const { data, error, isFetching, dataUpdatedAt, refetch } = useApprovals();
  const read = () => void refetch();
  return (
    <ElevationPage
      title={t("elevation.approvals.title")}
      intro={`${t("elevation.approvals.intro")} ${t("elevation.approvals.live")}`}
      actions={
        <>
          {data === undefined ? null : <CompletenessNote value={data.completeness} />}
          <RefreshButton busy={isFetching} onRead={read} />
        </>
      }
    >
      {error !== null ? <Unavailable error={error} title={t("elevation.approvals.failed")} onRetry={read} /> : null}
      {data !== undefined ? (
        <View inbox={data} offsetMs={azureOffset({ asOf: data.completeness.asOf, clock: data.clock }, dataUpdatedAt)} />
      ) : error === null ? (
        <Loading words={t("elevation.approvals.loading")} />
      ) : null}
    </ElevationPage>
  );
}
