"use client";

import { Hourglass, RefreshCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Progress } from "@/components/ui/progress";
import type { FleetStatus } from "@/lib/client/fleet-session";
import { formatDateTime } from "@/lib/client/format";
import { isReading } from "@/lib/client/is-reading";
import { getFleet, useFleetAnswer } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";

const SECOND_MS = 1_000;

function waitingWords(waiting: { ms: number; source: string }): string {
  const seconds = Math.ceil(waiting.ms / SECOND_MS);
  return waiting.source === "resourceGraph"
    ? t("machines.state.waiting", { seconds })
    : t("machines.state.waitingFor", { source: waiting.source, seconds });
}

function progressWords(status: FleetStatus): string {
  if (status.expected === null) return t("machines.state.loadingSome", { received: status.received });
  return t("machines.state.loadingOf", { received: status.received, expected: status.expected });
}

function ReadProgress({ status }: { status: FleetStatus }) {
  return (
    <>
      <Progress
        label={t("machines.state.loading")}
        value={status.expected === null ? null : Math.min(status.received, status.expected)}
        max={status.expected ?? 100}
        className="h-1 w-28 max-sm:hidden"
      />
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
        <span className="tabular-nums">{progressWords(status)}</span>
        {status.waiting === null ? null : (
          <span className="inline-flex items-center gap-1 font-medium text-warn">
            <Hourglass aria-hidden className="size-3.5" />
            {waitingWords(status.waiting)}
          </span>
        )}
        {status.fromSnapshot && status.asOf !== null ? (
          <>
            <span className="max-sm:hidden">{t("machines.state.snapshot", { time: formatDateTime(status.asOf) })}</span>
            <span className="sm:hidden">{t("machines.state.snapshotShort", { time: formatDateTime(status.asOf) })}</span>
          </>
        ) : null}
      </p>
    </>
  );
}

/**
 * How far a read is and what it waits for, because a slow list says why it is slow; afterwards how complete the list is. Both in
 * one place that is always there, so that nothing below moves under the pointer when a read begins or ends.
 */
export function ReadState({ status }: { status: FleetStatus }) {
  const reading = isReading(status);
  return (
    <div className="-mt-1.5 flex min-h-4 flex-wrap items-center gap-x-3 gap-y-1">
      {reading ? <ReadProgress status={status} /> : null}
      {reading || status.completeness === null ? null : <CompletenessNote value={status.completeness.machines} />}
    </div>
  );
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-lg border border-warn/35 bg-warn-soft/60 px-3 py-2 text-xs">
      <TriangleAlert aria-hidden className="mt-px size-4 shrink-0 text-warn" />
      <span>{children}</span>
    </p>
  );
}

export function RetryButton() {
  return (
    <Button size="sm" onClick={() => void getFleet().refresh()}>
      <RefreshCw aria-hidden />
      {t("common.retry")}
    </Button>
  );
}

/** What is not whole about the rows on the screen: a failed refresh, missing certificates, missing extension states. */
export function FleetNotices({ status, hasRows }: { status: FleetStatus; hasRows: boolean }) {
  const { completeness, problem } = status;
  const unconfirmed = useFleetAnswer("unconfirmed", (backend) => backend.call("unconfirmed"));
  if (!hasRows || status.phase !== "ready") return null;
  const reason = (part: { missing: readonly { problem: { detail: string } }[] }) =>
    part.missing[0]?.problem.detail ?? t("common.completeness.noReason");
  return (
    <>
      {problem === null ? null : (
        <ProblemPanel
          problem={{
            ...problem,
            nextStep:
              `${problem.nextStep ?? ""} ${status.asOf === null ? "" : t("machines.state.kept", { time: formatDateTime(status.asOf) })}`.trim(),
          }}
          actions={<RetryButton />}
        />
      )}
      {completeness === null || problem !== null || completeness.machines.complete ? null : (
        <Notice>
          {t("machines.part.missingMachines", { reason: reason(completeness.machines) })}{" "}
          {unconfirmed === null || unconfirmed === 0 ? null : t("machines.state.unconfirmed", { count: unconfirmed })}
        </Notice>
      )}
      {completeness === null || problem !== null || completeness.certificates.complete ? null : (
        <Notice>{t("machines.part.missingCertificates", { reason: reason(completeness.certificates) })}</Notice>
      )}
      {completeness === null || problem !== null || completeness.extensions.complete ? null : (
        <Notice>{t("machines.part.missingExtensions", { reason: reason(completeness.extensions) })}</Notice>
      )}
    </>
  );
}
