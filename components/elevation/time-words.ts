import { t } from "@/messages/t";

const HOUR = 60;
const DAY = 1_440;

/** A length as people say it: "45 minutes", "8 hours", "1 h 30 min", "2 d 4 h". */
export function minutesWords(minutes: number): string {
  if (minutes >= DAY) {
    const days = Math.floor(minutes / DAY);
    const hours = Math.floor((minutes % DAY) / HOUR);
    return hours === 0 ? t("elevation.time.days", { count: days }) : t("elevation.time.daysHours", { days, hours });
  }
  if (minutes < HOUR) return t("elevation.time.minutes", { count: minutes });
  const hours = Math.floor(minutes / HOUR);
  const rest = minutes % HOUR;
  return rest === 0 ? t("elevation.time.hours", { count: hours }) : t("elevation.time.hoursMinutes", { hours, minutes: rest });
}

const two = (value: number) => String(value).padStart(2, "0");

/** What is left, for a count that runs before the eyes: "0:42", "12:05", "1:04:09". Never below zero. */
export function leftWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours >= 24) return minutesWords(Math.floor(seconds / 60));
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
