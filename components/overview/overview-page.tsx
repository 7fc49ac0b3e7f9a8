"use client";

import { CompletenessNote } from "@/components/ui/completeness-note";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { isReading } from "@/lib/client/is-reading";
import { useFleet, useFleetAnswer } from "@/lib/client/use-fleet";
import { useNow } from "@/lib/client/use-now";
import { t } from "@/messages/t";
import { AccessCard } from "./access-card";
import { AttentionList } from "./attention-list";
import { CoverageCard } from "./coverage-card";
import { HorizonCard } from "./horizon-card";
import { RolloutsCard } from "./rollouts-card";
import { RunningOperations } from "./running-operations";

export function OverviewPage() {
  const status = useFleet();
  const now = useNow();
  const counts = useFleetAnswer(`counts:${now}`, (backend) => backend.call("counts", now));
  const horizon = useFleetAnswer(`horizon:${now}`, (backend) => backend.call("horizon", now));
  const reading = isReading(status);
  const { completeness } = status;
  const isWhole = completeness?.machines.complete && completeness.certificates.complete && completeness.extensions.complete;
  const read = reading ? "reading" : isWhole ? "whole" : "partial";
  const shown = counts !== null && counts.machines === 0 && reading ? null : counts;
  return (
    <div className="mx-auto grid max-w-6xl gap-4 px-4 py-4 md:px-6 md:py-5">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h1 className="font-semibold text-lg leading-6">{t("overview.heading")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("overview.subtitle")}</p>
        </div>
        {status.completeness === null || reading ? (
          <p role="status" className="text-muted text-xs tabular-nums">
            {status.received > 0 ? t("machines.state.loadingSome", { received: status.received }) : t("machines.state.loading")}
          </p>
        ) : (
          <CompletenessNote value={status.completeness.machines} />
        )}
      </div>
      {status.problem === null ? null : <ProblemPanel problem={status.problem} />}
      {status.phase === "ready" && status.completeness?.machines.complete === false ? (
        <p role="status" className="rounded-lg border border-warn/35 bg-warn-soft/60 px-3 py-2 text-xs">
          {t("overview.incomplete", { received: status.completeness.machines.received })}
        </p>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        <section aria-label={t("overview.heading")}>
          {status.phase === "failed" ? null : <AttentionList counts={shown} read={read} />}
        </section>
        <div className="grid gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <RolloutsCard />
          <RunningOperations />
          <AccessCard />
        </div>
        {status.phase === "failed" ? null : (
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <CoverageCard counts={shown} />
            <HorizonCard counts={shown} horizon={horizon} />
          </div>
        )}
      </div>
    </div>
  );
}
