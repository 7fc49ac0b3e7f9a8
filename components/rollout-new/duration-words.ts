import { t } from "@/messages/t";

/** Seconds as people say them: "80 s", "14 min", "2 h 5 min"; rounded up, because it is a least time. */
export function durationWords(seconds: number): string {
  if (seconds < 120) return t("rolloutWizard.duration.seconds", { seconds: Math.ceil(seconds) });
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return t("rolloutWizard.duration.minutes", { minutes });
  return t("rolloutWizard.duration.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** How long sending takes at least under Azure's limits; empty while it is not known. */
export function floorWords(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds <= 0) return t("rolloutWizard.plan.pace.floorNone");
  return t("rolloutWizard.plan.pace.floor", { time: durationWords(seconds) });
}
