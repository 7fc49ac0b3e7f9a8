import { formatDateTime } from "@/lib/client/format";
import { dayWords } from "@/lib/client/rollout-words";
import type { RolloutPlan, RolloutWindow, WaveSize } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";

function sizeWords({ unit, value }: WaveSize): string {
  return unit === "percent" ? t("rolloutLive.plan.sizePercent", { value }) : t("rolloutLive.plan.sizeMachines", { count: value });
}

function windowWords({ days, from, to, timeZone }: RolloutWindow): string {
  return t("rolloutLive.plan.windowDays", { days: days.map(dayWords).join(", "), from, to, zone: timeZone });
}

function pauseWords({ pause }: RolloutPlan): string {
  if (pause.kind === "none") return t("rolloutLive.plan.pauseNone");
  if (pause.kind === "person") return t("rolloutLive.plan.pausePerson");
  return t("rolloutLive.plan.pauseMinutes", { count: pause.minutes });
}

function grantWords({ grant }: RolloutPlan): string {
  if (grant === null) return t("rolloutLive.plan.noGrant");
  const names = { role: grant.roleName, principal: grant.principal.name };
  return grant.at.kind === "machines"
    ? t("rolloutLive.plan.grantMachines", names)
    : t("rolloutLive.plan.grantScope", { ...names, scope: grant.at.scope });
}

/** The plan as names and values, in the order in which it is worked through. */
export function planRows(plan: RolloutPlan): { label: string; value: string }[] {
  const threshold = { size: sizeWords(plan.threshold) };
  const sizes = plan.waves.map(sizeWords).join(", ");
  const { offline } = plan;
  return [
    {
      label: t("rolloutLive.plan.canary"),
      value: plan.canary === 0 ? t("rolloutLive.plan.noCanary") : t("common.machines", { count: plan.canary }),
    },
    { label: t("rolloutLive.plan.sizes"), value: t("rolloutLive.plan.repeats", { sizes }) },
    { label: t("rolloutLive.plan.pause"), value: pauseWords(plan) },
    { label: t("rolloutLive.plan.concurrency"), value: t("common.machines", { count: plan.concurrency }) },
    {
      label: t("rolloutLive.plan.threshold"),
      value: plan.onThreshold === "hold" ? t("rolloutLive.plan.onHold", threshold) : t("rolloutLive.plan.onStop", threshold),
    },
    {
      label: t("rolloutLive.plan.window"),
      value: plan.window === null ? t("rolloutLive.plan.noWindow") : windowWords(plan.window),
    },
    {
      label: t("rolloutLive.plan.offline"),
      value:
        offline.kind === "skip"
          ? t("rolloutLive.plan.offlineSkip")
          : t("rolloutLive.plan.offlineWait", { time: formatDateTime(offline.until) }),
    },
    {
      label: t("rolloutLive.plan.giveUp"),
      value: t("rolloutLive.plan.pauseMinutes", { count: plan.giveUpAfterMinutes }),
    },
    {
      label: t("rolloutLive.plan.removeFailed"),
      value: plan.removeFailed ? t("rolloutLive.plan.removeYes") : t("rolloutLive.plan.removeNo"),
    },
    { label: t("rolloutLive.plan.grant"), value: grantWords(plan) },
  ];
}
