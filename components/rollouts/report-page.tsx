"use client";

import { Printer } from "lucide-react";
import { useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ExportMenu } from "@/components/ui/export-menu";
import { Loading, PageFrame } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { formatDateTime } from "@/lib/client/format";
import { isRolloutOver } from "@/lib/client/rollout-counts";
import { kindWords } from "@/lib/client/rollout-words";
import { useSession } from "@/lib/client/session";
import { useSubscriptionName } from "@/lib/client/use-subscription-name";
import { useTabTitle } from "@/lib/client/use-tab-title";
import { api, pages } from "@/lib/config/routes";
import type { Problem } from "@/lib/domain/errors";
import type { RolloutReport } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { CauseList } from "./cause-list";
import { ReportActions, ReportCounts, ReportMachines, ReportPlan, ReportWaves } from "./report-parts";
import { chosenWords, countsWords, originWords, stateWords } from "./rollout-words";
import { Unavailable } from "./unavailable";
import { useRolloutReport } from "./use-rollout";

function Report({ report }: { report: RolloutReport }) {
  const { rollout } = report;
  const { info } = useSession();
  const { words, tone } = stateWords(rollout);
  const subscriptionName = useSubscriptionName();
  return (
    <div className="grid grid-cols-1 gap-4">
      <section aria-label={t("rolloutLive.report.summary")} className="grid gap-1 text-[0.8125rem]">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{words}</Badge>
          <span>
            {t("rolloutLive.page.of", {
              kind: kindWords(rollout.kind),
              machines: t("common.machines", { count: rollout.total }),
            })}
          </span>
        </p>
        <p className="font-medium">{countsWords(rollout.kind, rollout.counts)}</p>
        {rollout.stateReason === null ? null : <p>{tDynamic(rollout.stateReason)}</p>}
        <p className="wrap-anywhere text-muted text-xs">{originWords(rollout)}</p>
        <p className="wrap-anywhere text-muted text-xs">{chosenWords(rollout.describedAs, subscriptionName)}</p>
        {isRolloutOver(rollout.state) ? null : (
          <p className="text-warn">{t("rolloutLive.report.open", { time: formatDateTime(report.asOf) })}</p>
        )}
      </section>
      <ReportCounts rollout={rollout} />
      <CauseList rollout={rollout} ask={null} />
      <ReportPlan rollout={rollout} />
      <ReportWaves rollout={rollout} />
      <ReportActions actions={report.actions ?? []} />
      <ReportMachines rollout={rollout} tasks={report.tasks} />
      <p className="wrap-anywhere text-muted text-xs">
        {t("rolloutLive.report.made", {
          time: formatDateTime(report.asOf),
          name: info?.operator.name ?? t("common.unknown"),
          id: rollout.id,
        })}
      </p>
    </div>
  );
}

/** What came of every machine of a roll-out, made to be printed, kept or handed over. */
export function ReportPage({ id }: { id: string }) {
  const query = useRolloutReport(id);
  const [problem, setProblem] = useState<Problem | null>(null);
  const report = query.data;
  const title = report === undefined ? t("rolloutLive.report.title") : `${t("rolloutLive.report.title")}: ${report.rollout.name}`;
  useTabTitle(title);
  return (
    <PageFrame className="print:max-w-none print:p-0">
      <div className="mx-auto grid w-full min-w-0 max-w-5xl grid-cols-1 gap-4 print:max-w-none">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <div className="min-w-0">
            <BackLink href={pages.rollout(id)}>{t("rolloutLive.report.back")}</BackLink>
            <h1 className="wrap-anywhere font-semibold text-lg leading-6">{title}</h1>
          </div>
          {report === undefined ? null : (
            <div className="flex flex-wrap gap-2 print:hidden">
              <ExportMenu
                words={{
                  menu: t("rolloutLive.report.export"),
                  busy: t("rolloutLive.report.exportBusy"),
                  csv: t("rolloutLive.report.csv"),
                  json: t("rolloutLive.report.json"),
                }}
                address={(format) => api.rolloutReport(id, format)}
                name="rollout"
                disabled={false}
                onProblem={setProblem}
              />
              <Button variant="primary" onClick={() => window.print()}>
                <Printer aria-hidden />
                {t("rolloutLive.report.print")}
              </Button>
            </div>
          )}
        </div>
        {problem === null ? null : <ProblemPanel problem={{ ...problem, title: t("rolloutLive.report.exportFailed") }} />}
        {report !== undefined ? (
          <Report report={report} />
        ) : query.error === null ? (
          <Loading words={t("rolloutLive.report.loading")} />
        ) : (
          <Unavailable error={query.error} onRetry={() => void query.refetch()} />
        )}
      </div>
    </PageFrame>
  );
}
