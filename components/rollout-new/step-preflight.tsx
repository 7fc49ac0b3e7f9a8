"use client";

import { RefreshCw, SearchX, TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/class-names";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Progress } from "@/components/ui/progress";
import { formatDateTime } from "@/lib/client/format";
import type { Problem } from "@/lib/domain/errors";
import type { RolloutPreflight } from "@/lib/domain/rollout/api";
import type { RolloutPlan } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { sortedGroups } from "./preflight-model";
import { stepToFix } from "./refused-fields";
import { VerdictCounts } from "./verdict-counts";
import { VerdictGroup } from "./verdict-group";
import type { Step } from "./wizard-draft";

const TICK_MS = 1_000;
const UNKNOWN_LIST = "scroll-thin mt-1 max-h-40 overflow-y-auto font-mono text-xs";

function Running({ machines }: { machines: number | null }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const begin = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - begin) / 1_000)), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <CardBody className="grid grid-cols-1 gap-2">
      <p className="flex flex-wrap justify-between gap-2 text-[0.8125rem] text-muted">
        <span role="status">
          {machines === null
            ? t("rolloutWizard.preflight.runningScope")
            : t("rolloutWizard.preflight.running", { count: machines })}
        </span>
        <span className="tabular-nums">{t("rolloutWizard.preflight.elapsed", { seconds })}</span>
      </p>
      <Progress label={t("rolloutWizard.preflight.progress")} value={null} />
    </CardBody>
  );
}

function Unknown({ ids, complete }: { ids: readonly string[]; complete: boolean }) {
  if (ids.length === 0) return null;
  return (
    <section
      aria-labelledby="unknown-title"
      className="rounded-md border border-warn/40 bg-warn-soft/40 px-4 py-3 text-[0.8125rem]"
    >
      <h3 id="unknown-title" className="flex items-center gap-2 font-semibold text-warn">
        <TriangleAlert aria-hidden className="size-4" />
        {t("rolloutWizard.preflight.unknownTitle", { count: ids.length })}
      </h3>
      <p>{t(complete ? "rolloutWizard.preflight.unknownDetail" : "rolloutWizard.preflight.unknownPartial")}</p>
      <details className="mt-1">
        <summary className="text-muted text-xs">{t("rolloutWizard.preflight.unknownList")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard (WCAG 2.1.1). */}
        <ul aria-label={t("rolloutWizard.preflight.unknownList")} tabIndex={0} className={UNKNOWN_LIST}>
          {ids.map((id) => (
            <li key={id} className="break-all">
              {id}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

type FoundProps = {
  preflight: RolloutPreflight;
  included: number;
  includeConfirm: boolean;
  offline: RolloutPlan["offline"];
  subscriptionName: (id: string) => string;
  onIncludeConfirm: (include: boolean) => void;
};

function Found({ preflight, included, includeConfirm, offline, subscriptionName, onIncludeConfirm }: FoundProps) {
  const groups = useMemo(() => sortedGroups(preflight), [preflight]);
  const { confirm, offline: offlineCount } = preflight.counts;
  const { complete, missing } = preflight.completeness;
  if (preflight.targets.length === 0 && !complete) {
    return (
      <CardBody className="grid grid-cols-1 gap-3">
        <p className="font-semibold text-base">{t("rolloutWizard.preflight.unread")}</p>
        {missing.map((item) => (
          <div key={`${item.source}:${item.label}`} className="grid grid-cols-1 gap-1.5">
            <p className="font-medium">{item.label}</p>
            <ProblemPanel problem={item.problem} />
          </div>
        ))}
        {missing.length === 0 ? <p className="text-muted">{t("common.completeness.noReason")}</p> : null}
      </CardBody>
    );
  }
  if (preflight.targets.length === 0) {
    return (
      <CardBody className="grid grid-cols-1 gap-3">
        <EmptyState icon={SearchX} title={t("rolloutWizard.preflight.empty")}>
          {t("rolloutWizard.preflight.emptyDetail")}
        </EmptyState>
        <Unknown ids={preflight.unknown} complete={complete} />
      </CardBody>
    );
  }
  return (
    <>
      <CardBody className="grid grid-cols-1 gap-3">
        <p role="status" className={cn("font-semibold text-base", included === 0 && "text-bad")}>
          {included === 0
            ? t("rolloutWizard.preflight.includedNone")
            : t("rolloutWizard.preflight.included", { count: included })}
        </p>
        {included === 0 ? <p className="text-[0.8125rem]">{t("rolloutWizard.preflight.includedNoneDetail")}</p> : null}
        <VerdictCounts counts={preflight.counts} />
        {confirm === 0 ? null : (
          <div className="flex items-start gap-2.5">
            <Checkbox
              id="include-confirm"
              className="mt-0.5"
              checked={includeConfirm}
              aria-describedby="include-confirm-hint"
              onChange={({ target }) => onIncludeConfirm(target.checked)}
            />
            <div className="text-[0.8125rem]">
              <label htmlFor="include-confirm" className="font-medium">
                {t("rolloutWizard.preflight.include", { count: confirm })}
              </label>
              <p id="include-confirm-hint" className="text-muted text-xs">
                {t("rolloutWizard.preflight.includeHint")}
              </p>
            </div>
          </div>
        )}
        {offlineCount === 0 ? null : (
          <p className="text-[0.8125rem] text-muted">
            {offline.kind === "skip"
              ? t("rolloutWizard.preflight.offlineSkip")
              : t("rolloutWizard.preflight.offlineWait", { until: formatDateTime(offline.until) })}
          </p>
        )}
        {complete ? null : <p className="font-medium text-[0.8125rem] text-warn">{t("rolloutWizard.preflight.partial")}</p>}
        <Unknown ids={preflight.unknown} complete={complete} />
      </CardBody>
      <ul className="border-line border-t">
        {groups.map((group) => (
          <VerdictGroup
            key={`${group.verdict}:${group.reason?.checkId ?? ""}:${group.reason?.evidence ?? ""}`}
            preflight={preflight}
            group={group}
            subscriptionName={subscriptionName}
          />
        ))}
      </ul>
    </>
  );
}

/** Leads to the field that the server refused, where it named one that can be typed in. */
export function FixButton({ problem, onFix }: { problem: Problem; onFix: (step: Step) => void }) {
  const step = stepToFix(problem);
  if (step === null) return null;
  return (
    <Button size="sm" onClick={() => onFix(step)}>
      {t(step === "work" ? "rolloutWizard.preflight.toWork" : "rolloutWizard.plan.toPlan")}
    </Button>
  );
}

export type StepPreflightProps = Omit<FoundProps, "preflight"> & {
  /** What must be done first; null when the checks can run. */
  lacks: "work" | "targets" | null;
  machines: number | null;
  preflight: RolloutPreflight | undefined;
  problem: Problem | null;
  checking: boolean;
  onAgain: () => void;
  onFix: (step: Step) => void;
};

/** Every target judged before anything is planned: by verdict, by reason, down to the machine. */
export function StepPreflight(props: StepPreflightProps) {
  const { lacks, machines, preflight, problem, checking, onAgain, onFix } = props;
  return (
    <Card aria-labelledby="preflight-title" aria-busy={checking}>
      <CardHeader
        id="preflight-title"
        title={t("rolloutWizard.preflight.title")}
        description={
          preflight === undefined ? (
            t("rolloutWizard.preflight.about")
          ) : (
            <CompletenessNote value={preflight.completeness} what={t("rolloutWizard.preflight.read")} />
          )
        }
        actions={
          lacks !== null ? undefined : (
            <Button size="sm" disabled={checking} onClick={onAgain}>
              <RefreshCw aria-hidden className={checking ? "animate-spin" : ""} />
              {t("rolloutWizard.preflight.again")}
            </Button>
          )
        }
      />
      {lacks === null ? null : (
        <CardBody className="grid grid-cols-1 justify-items-start gap-2 text-[0.8125rem]">
          <p>{t(lacks === "work" ? "rolloutWizard.preflight.needsWork" : "rolloutWizard.preflight.needsTargets")}</p>
          <Button onClick={() => onFix(lacks)}>
            {t(lacks === "work" ? "rolloutWizard.preflight.toWork" : "rolloutWizard.preflight.toTargets")}
          </Button>
        </CardBody>
      )}
      {problem === null ? null : (
        <CardBody>
          <ProblemPanel
            problem={problem}
            actions={
              <>
                <FixButton problem={problem} onFix={onFix} />
                <Button size="sm" onClick={onAgain}>
                  {t("common.retry")}
                </Button>
              </>
            }
          />
        </CardBody>
      )}
      {checking && preflight === undefined ? <Running machines={machines} /> : null}
      {preflight === undefined ? null : <Found {...props} preflight={preflight} />}
    </Card>
  );
}
