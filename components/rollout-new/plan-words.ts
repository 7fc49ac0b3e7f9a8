import type { CauseKind, RolloutPlan } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

const DAY_WORDS: Record<number, string> = {
  1: t("rolloutWizard.plan.time.day1"),
  2: t("rolloutWizard.plan.time.day2"),
  3: t("rolloutWizard.plan.time.day3"),
  4: t("rolloutWizard.plan.time.day4"),
  5: t("rolloutWizard.plan.time.day5"),
  6: t("rolloutWizard.plan.time.day6"),
  7: t("rolloutWizard.plan.time.day7"),
};

export function dayWords(day: number): string {
  return DAY_WORDS[day] ?? String(day);
}

/** Why a machine may fail, as an operator would say it. */
export function causeWords(cause: CauseKind): string {
  return t(`rollout.cause.${cause}`);
}

/** When machines are started, in one sentence. */
export function windowWords(window: RolloutPlan["window"]): string {
  if (window === null) return t("rolloutWizard.review.always");
  return t("rolloutWizard.review.window", { ...window, days: window.days.map(dayWords).join(", ") });
}
