"use client";

import type { ReactNode } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { formatDateTime } from "@/lib/client/format";
import { phaseOf } from "@/lib/domain/elevation/request-status";
import type { ElevationItem, ItemState } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { momentWords } from "./active-list";
import { useAzureNow } from "./azure-clock";
import { EffectNote } from "./effect-note";
import { ExactRequestView } from "./exact-requests";
import { formProblemWords, RefusalNote } from "./refusal-note";
import { leftWords } from "./time-words";

const STATE_TONE: Record<ItemState, Tone> = {
  planned: "quiet",
  stepUp: "warn",
  submitting: "info",
  unknown: "warn",
  waiting: "info",
  scheduled: "info",
  done: "ok",
  refused: "bad",
  canceled: "quiet",
  failed: "bad",
};

/** What was asked for, in a sentence, with the names that were known when it was sent. */
export function itemTitle({ action, names }: Pick<ElevationItem, "action" | "names">): string {
  const values = { role: names.role, scope: names.scope };
  if (action.kind !== "decide") return t(`elevation.batch.kind.${action.kind}`, values);
  const key = action.decision === "approve" ? "elevation.batch.kind.decideApprove" : "elevation.batch.kind.decideDeny";
  return t(key, { ...values, person: names.person ?? t("common.unknown") });
}

export function itemStateWords(item: Pick<ElevationItem, "state" | "kind" | "status" | "effect">): string {
  if (item.effect.state === "ended") return t("elevation.effect.ended");
  if (item.state === "done") return t(`elevation.batch.doneWords.${item.kind}`);
  if (item.state === "waiting" && item.status !== null && phaseOf(item.status) === "needsDecision") {
    return t("elevation.batch.approvalWaiting");
  }
  return t(`elevation.batch.state.${item.state}`);
}

export function ItemBadge({ item }: { item: ElevationItem }) {
  const tone = item.effect.state === "ended" ? "quiet" : STATE_TONE[item.state];
  return <Badge tone={tone}>{itemStateWords(item)}</Badge>;
}

/** An activation ends by Azure's clock, whether or not the portal has read it again since. */
export function asOfNow(item: ElevationItem, nowMs: number): ElevationItem {
  const isOver = item.kind === "activate" && item.state === "done" && item.endsAt !== null && Date.parse(item.endsAt) <= nowMs;
  return isOver ? { ...item, effect: { ...item.effect, state: "ended" } } : item;
}

/** Said in advance: when the right ends, and what that means. */
function EndNote({ item, nowMs }: { item: ElevationItem; nowMs: number }) {
  if (item.kind !== "activate" || item.endsAt === null || (item.state !== "done" && item.state !== "scheduled")) return null;
  const leftMs = Date.parse(item.endsAt) - nowMs;
  const begins = item.startsAt !== null && Date.parse(item.startsAt) > nowMs ? item.startsAt : null;
  if (item.effect.state === "ended") {
    return <p className="text-muted">{t("elevation.batch.overAt", { time: formatDateTime(item.endsAt) })}</p>;
  }
  return (
    <p className="tabular-nums">
      {begins === null ? "" : `${t("elevation.batch.beginsAt", { time: momentWords(begins, nowMs) })} `}
      {t("elevation.batch.until", { time: momentWords(item.endsAt, nowMs), left: leftWords(leftMs) })}
    </p>
  );
}

export function DecidedBy({ item }: { item: Pick<ElevationItem, "decidedBy"> }) {
  if (item.decidedBy === null) return null;
  const { person, decision, at, reason } = item.decidedBy;
  return (
    <p>
      {t("elevation.batch.decidedBy", {
        person: person.name,
        decision: t(`elevation.batch.decision.${decision}`),
        time: at === null ? t("common.unknown") : formatDateTime(at),
      })}{" "}
      {reason === "" ? null : t("elevation.batch.decidedReason", { reason })}
    </p>
  );
}

export type BatchItemProps = { item: ElevationItem; offsetMs: number; actions?: ReactNode };

/** One item of a batch: what became of it, why, until when it holds, and whether it works yet. */
export function BatchItem({ item: read, offsetMs, actions }: BatchItemProps) {
  const nowMs = useAzureNow(offsetMs);
  const item = asOfNow(read, nowMs);
  const needsEffect = item.effect.state !== "none";
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-b px-4 py-3 last:border-b-0 md:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="grid min-w-0 grid-cols-1 gap-1.5 text-[0.8125rem]">
        <p className="flex flex-wrap items-center gap-2">
          <ItemBadge item={item} />
          <span className="min-w-0 break-words font-medium">{itemTitle(item)}</span>
        </p>
        <EndNote item={item} nowMs={nowMs} />
        <DecidedBy item={item} />
        {item.status === null ? null : (
          <p className="text-muted text-xs">{t("elevation.batch.azureStatus", { status: item.status })}</p>
        )}
        {item.policyChanged ? <p className="text-warn text-xs">{t("elevation.batch.policyChanged")}</p> : null}
        {item.problems.map((problem) => (
          <p key={`${problem.field}:${problem.id}`} className="text-bad text-xs">
            {formProblemWords(problem)}
          </p>
        ))}
        {item.refusal === null ? null : <RefusalNote refusal={item.refusal} quiet={item.state === "stepUp"} />}
        {actions}
        <details>
          <summary className="w-fit text-muted text-xs">{t("elevation.batch.request")}</summary>
          <div className="mt-2">
            <ExactRequestView exact={item.exact} />
          </div>
        </details>
      </div>
      {needsEffect ? (
        <div className="min-w-0">
          <p className="mb-1 text-muted text-xs">{t("elevation.effect.title")}</p>
          <EffectNote effect={item.effect} />
        </div>
      ) : null}
    </li>
  );
}
