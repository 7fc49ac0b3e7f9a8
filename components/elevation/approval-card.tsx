"use client";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/class-names";
import { formatRelative } from "@/lib/client/format";
import type { ApprovalRow } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { momentWords } from "./active-list";
import { ApprovalDetails } from "./approval-details";
import { approverWords, cannotWords, deciderWords } from "./approver-words";
import { Fact } from "./fact";
import { BlastNote, PermitsPanel } from "./permits-view";
import { scopeWords } from "./scope-words";
import { leftWords, minutesWords } from "./time-words";
import type { ApproversView, PermitsView } from "./use-elevation";

const SOON_MS = 3_600_000;

/** For how long, and from when: an activation that was asked for without a start begins when it is approved. */
export function howLongWords(row: Pick<ApprovalRow, "minutes" | "startsAt" | "endsAt">, nowMs: number): string {
  if (row.minutes === null) {
    return row.endsAt === null
      ? t("elevation.approvals.noEnd")
      : t("elevation.approvals.untilEnd", { time: momentWords(row.endsAt, nowMs) });
  }
  const length = minutesWords(row.minutes);
  return row.startsAt !== null && Date.parse(row.startsAt) > nowMs
    ? t("elevation.approvals.fromTo", { length, start: momentWords(row.startsAt, nowMs) })
    : t("elevation.approvals.fromNow", { length });
}

function TimeLeft({ row, nowMs }: { row: ApprovalRow; nowMs: number }) {
  if (row.expiresAt === null) return null;
  const leftMs = Date.parse(row.expiresAt) - nowMs;
  return (
    <Badge tone={leftMs <= SOON_MS ? "warn" : "info"} className="tabular-nums">
      {leftMs <= 0 ? t("elevation.approvals.runOut") : t("elevation.approvals.decideWithin", { time: leftWords(leftMs) })}
    </Badge>
  );
}

function ticketWords({ ticket }: ApprovalRow): string {
  if (ticket === null) return t("elevation.approvals.noTicket");
  return ticket.system === ""
    ? ticket.number
    : t("elevation.approvals.ticketIn", { number: ticket.number, system: ticket.system });
}

function decisionWords(row: ApprovalRow, nowMs: number): string[] {
  return row.stages
    .filter(({ result }) => result !== "open")
    .map((stage) => {
      const values = {
        person: stage.reviewedBy?.name ?? t("common.unknown"),
        time: stage.reviewedAt === null ? "" : formatRelative(stage.reviewedAt, nowMs),
      };
      const words = t(stage.result === "approve" ? "elevation.approvals.stageApprove" : "elevation.approvals.stageDeny", values);
      return stage.justification === "" ? words : `${words}: “${stage.justification}”`;
    });
}

type FactsProps = { row: ApprovalRow; nowMs: number; permits: PermitsView; approvers: ApproversView };

function Facts({ row, nowMs, permits, approvers }: FactsProps) {
  const known = permits.of(row.id);
  const deciders = deciderWords(row, approvers);
  const decisions = decisionWords(row, nowMs);
  return (
    <dl className="grid min-w-0 grid-cols-1 gap-x-6 gap-y-3 text-[0.8125rem] @2xl:grid-cols-2 @5xl:grid-cols-3">
      <Fact label={t("elevation.approvals.why")} className="@2xl:col-span-2 @5xl:col-span-1">
        <p className="whitespace-pre-wrap break-words">
          {row.justification === "" ? t("elevation.approvals.noReason") : `“${row.justification}”`}
        </p>
        <p className="mt-1 text-muted text-xs">
          {t("elevation.approvals.ticket")}: {ticketWords(row)}
        </p>
      </Fact>
      <Fact label={t("elevation.approvals.howLong")}>
        <p>{howLongWords(row, nowMs)}</p>
        {row.createdAt === null ? null : (
          <p className="text-muted text-xs">{t("elevation.pending.asked", { time: formatRelative(row.createdAt, nowMs) })}</p>
        )}
        {row.createdBy === null ? null : (
          <p className="text-muted text-xs">{t("elevation.approvals.askedFor", { who: row.createdBy })}</p>
        )}
        <p className="mt-1 break-words text-muted text-xs">
          {t("elevation.approvals.others")}: {approverWords(row.approvers, approvers)}
        </p>
        {deciders === null ? null : <p className="break-words text-muted text-xs">{deciders}</p>}
        {decisions.map((words) => (
          <p key={words} className="mt-1 break-words">
            {words}
          </p>
        ))}
      </Fact>
      <Fact label={t("elevation.permits.title")}>
        <PermitsPanel view={permits} id={row.id} shown={4} />
      </Fact>
      {known === null || !known.roleKnown ? null : (
        <Fact label={t("elevation.permits.blast")} className="@2xl:col-span-2 @5xl:col-span-3">
          <BlastNote blast={known.blastRadius} />
        </Fact>
      )}
    </dl>
  );
}

export type ApprovalCardProps = {
  row: ApprovalRow;
  nowMs: number;
  permits: PermitsView;
  approvers: ApproversView;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
  onDecide: (decision: "approve" | "deny") => void;
};

/** One request with everything an approver wants to know before saying yes. */
export function ApprovalCard({ row, nowMs, permits, approvers, chosen, onChoose, onDecide }: ApprovalCardProps) {
  const names = { person: row.requester.name, role: row.role.name };
  const titleId = `approval-${row.id}`;
  const { allowed, why } = row.canDecide;
  const whyId = `${titleId}-why`;
  return (
    <li
      aria-labelledby={titleId}
      className={cn(
        "@container min-w-0 rounded-lg border border-line bg-surface shadow-card",
        chosen && "border-primary bg-selected/40",
      )}
    >
      <div className="flex items-start gap-3 border-line border-b px-4 py-3">
        <Checkbox
          className="mt-0.5"
          aria-label={t("elevation.approvals.select", names)}
          checked={chosen}
          disabled={!allowed}
          onChange={(event) => onChoose(event.target.checked)}
        />
        <div className="grid min-w-0 flex-1 grid-cols-1 gap-0.5">
          <h2 id={titleId} className="break-words text-sm">
            <span className="font-semibold">{row.requester.name}</span> {t("elevation.approvals.wants")}{" "}
            <span className="font-semibold">{row.role.name}</span>
          </h2>
          <p className="break-words text-[0.8125rem] text-muted" title={row.scope.id}>
            {t("elevation.approvals.at", { scope: scopeWords(row.scope) })}
            {row.requester.detail === "" ? "" : ` · ${row.requester.detail}`}
          </p>
        </div>
        <div className="hidden @xl:block">
          <TimeLeft row={row} nowMs={nowMs} />
        </div>
      </div>
      <div className="grid grid-cols-1 gap-3 px-4 py-3">
        <div className="@xl:hidden">
          <TimeLeft row={row} nowMs={nowMs} />
        </div>
        <Facts row={row} nowMs={nowMs} permits={permits} approvers={approvers} />
        <ApprovalDetails row={row} nowMs={nowMs} permits={permits.of(row.id)} />
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            className="h-10 flex-1 @xl:h-8 @xl:flex-none"
            disabled={!allowed}
            aria-label={t("elevation.approvals.approveName", names)}
            aria-describedby={allowed ? undefined : whyId}
            onClick={() => onDecide("approve")}
          >
            {t("elevation.approvals.approve")}
          </Button>
          <Button
            className="h-10 flex-1 @xl:h-8 @xl:flex-none"
            disabled={!allowed}
            aria-label={t("elevation.approvals.denyName", names)}
            aria-describedby={allowed ? undefined : whyId}
            onClick={() => onDecide("deny")}
          >
            {t("elevation.approvals.deny")}
          </Button>
          {allowed || why === "yes" ? null : (
            <p id={whyId} className="basis-full text-muted text-xs @xl:basis-auto">
              {cannotWords(row, why, approvers)}
            </p>
          )}
        </div>
      </div>
    </li>
  );
}
