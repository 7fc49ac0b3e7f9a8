"use client";

import type { ReactNode } from "react";
import { formatDateTime, formatNumber } from "@/lib/client/format";
import { dayWords, kindWords } from "@/lib/client/rollout-words";
import { scopeWords } from "@/lib/client/scope-words";
import type { RolloutPreflight } from "@/lib/domain/rollout/api";
import type { PlannedWave } from "@/lib/domain/rollout/plan";
import type { RolloutPlan, Work } from "@/lib/domain/rollout/types";
import { INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { t } from "@/messages/t";
import { floorWords } from "./duration-words";
import { WavePicture } from "./wave-picture";

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 border-line border-b px-4 py-2.5 last:border-b-0 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="font-medium text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function workDetails(work: Work): string[] {
  const details: string[] = [];
  if ("extensionName" in work) details.push(`${t("rolloutWizard.work.name")}: ${work.extensionName}`);
  if ("mdmId" in work) {
    const words = work.mdmId === "" ? t("signIn.mdm.empty") : work.mdmId === INTUNE_MDM_ID ? t("signIn.mdm.intune") : work.mdmId;
    details.push(`${t("signIn.settings.mdmTitle")}: ${words}`);
  }
  if ("version" in work) details.push(`${t("rolloutWizard.work.version")}: ${work.version ?? t("rolloutWizard.review.newest")}`);
  if (work.kind === "role.assign") {
    details.push(`${t("rolloutWizard.work.role")}: ${work.roleName}`);
    details.push(`${t("rolloutWizard.work.principal")}: ${work.principal.name}`);
  }
  return details;
}

function failureWords({ threshold, onThreshold }: RolloutPlan): string {
  const limit =
    threshold.unit === "percent"
      ? t("rolloutWizard.review.limitPercent", { value: threshold.value })
      : t("rolloutWizard.review.limitMachines", { count: threshold.value });
  return onThreshold === "hold" ? t("rolloutWizard.review.holdText", { limit }) : t("rolloutWizard.review.stopText", { limit });
}

/** When machines are started, in one sentence. */
function windowWords(window: RolloutPlan["window"]): string {
  if (window === null) return t("rolloutWizard.review.always");
  return t("rolloutWizard.review.window", { ...window, days: window.days.map(dayWords).join(", ") });
}

function pauseWords({ pause }: RolloutPlan): string {
  if (pause.kind === "minutes") return t("rolloutWizard.review.pauseMinutes", { count: pause.minutes });
  return pause.kind === "person" ? t("rolloutWizard.review.pausePerson") : t("rolloutWizard.review.pauseNone");
}

function afterWords(plan: RolloutPlan, subscriptionName: (id: string) => string): string {
  const { grant, removeFailed } = plan;
  const given =
    grant === null
      ? []
      : grant.at.kind === "machines"
        ? [t("rolloutWizard.review.afterGrantMachines", { who: grant.principal.name, role: grant.roleName })]
        : [
            t("rolloutWizard.review.afterGrantScope", {
              who: grant.principal.name,
              role: grant.roleName,
              scope: scopeWords(grant.at.scope, subscriptionName),
            }),
          ];
  const words = [...(removeFailed ? [t("rolloutWizard.review.afterRemove")] : []), ...given];
  return words.length === 0 ? t("rolloutWizard.review.afterNothing") : words.join(" ");
}

export type ReviewSummaryProps = {
  work: Work;
  plan: RolloutPlan;
  preflight: RolloutPreflight;
  included: number;
  includeConfirm: boolean;
  describedAs: string;
  waves: readonly PlannedWave[];
  floorSeconds: number | null;
  subscriptionName: (id: string) => string;
  /** Opens the exact list. */
  list: ReactNode;
};

/** The whole roll-out in sentences: what, where, how fast, and what happens when machines fail. */
export function ReviewSummary(props: ReviewSummaryProps) {
  const { work, plan, preflight, included, includeConfirm, describedAs, waves, floorSeconds, subscriptionName } = props;
  const { counts } = preflight;
  return (
    <dl className="text-[0.8125rem]">
      <Row label={t("rolloutWizard.review.work")}>
        <span className="block font-medium">{kindWords(work.kind)}</span>
        {workDetails(work).map((detail) => (
          <span key={detail} className="block text-muted">
            {detail}
          </span>
        ))}
      </Row>
      <Row label={t("rolloutWizard.review.machines")}>
        <span className="block font-medium">
          {t("rolloutWizard.review.machinesOf", { count: included, total: formatNumber(preflight.targets.length) })}
        </span>
        <span className="block text-muted">{describedAs}</span>
        <span className="mt-1.5 block">{props.list}</span>
      </Row>
      <Row label={t("rolloutWizard.review.left")}>
        {t("rolloutWizard.review.leftText", {
          blocked: counts.blocked,
          confirm: includeConfirm ? 0 : counts.confirm,
          offline: plan.offline.kind === "wait" ? 0 : counts.offline,
          nothing: counts.nothingToDo,
          unknown: preflight.unknown.length,
        })}
      </Row>
      <Row label={t("rolloutWizard.review.waves")}>
        <WavePicture waves={waves} />
      </Row>
      <Row label={t("rolloutWizard.review.pause")}>{pauseWords(plan)}</Row>
      <Row label={t("rolloutWizard.review.pace")}>
        {t("rolloutWizard.review.paceText", { count: plan.concurrency })} {floorWords(floorSeconds)}
      </Row>
      <Row label={t("rolloutWizard.review.failures")}>{failureWords(plan)}</Row>
      <Row label={t("rolloutWizard.review.when")}>{windowWords(plan.window)}</Row>
      <Row label={t("rolloutWizard.review.offline")}>
        {plan.offline.kind === "skip"
          ? t("rolloutWizard.review.offlineSkip")
          : t("rolloutWizard.review.offlineWait", { until: formatDateTime(plan.offline.until) })}
      </Row>
      <Row label={t("rolloutWizard.review.after")}>{afterWords(plan, subscriptionName)}</Row>
    </dl>
  );
}
