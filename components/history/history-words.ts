import type { Tone } from "@/components/ui/badge";
import { formatDateTime, formatMoment } from "@/lib/client/format";
import { HISTORY_KINDS, type HistoryEvent, type HistoryKind, PIM_APPLICATION_ID } from "@/lib/domain/elevation/history/types";
import type { AtLeastReason } from "@/lib/domain/elevation/history/who-had";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";

export const KIND_TONE: Record<HistoryKind, Tone> = {
  requested: "info",
  approved: "ok",
  denied: "bad",
  canceled: "quiet",
  timedOut: "warn",
  failed: "bad",
  eligible: "info",
  assigned: "warn",
  activated: "ok",
  extended: "info",
  deactivated: "quiet",
  removed: "quiet",
  expired: "quiet",
  gone: "warn",
  joined: "quiet",
  left: "quiet",
  settings: "warn",
};

/** A kind in words; one that this version does not know stays as it is stored. */
export function kindWords(kind: string): string {
  const known = HISTORY_KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`history.kind.${known}`);
}

const LONG_AGO = "1971";

/** When it happened, and how sure that is. */
export function timeWords(event: Pick<HistoryEvent, "at" | "earliestAt">): string {
  if (event.earliestAt === null) return formatMoment(event.at);
  const to = formatDateTime(event.at);
  return event.earliestAt < LONG_AGO
    ? t("history.before", { to })
    : t("history.between", { from: formatDateTime(event.earliestAt), to });
}

/** A person's name; the service that carries out what PIM decided has none in the directory's log. */
export function personWords(person: PimPrincipal | null): string {
  if (person === null) return "";
  return person.id === PIM_APPLICATION_ID || person.name === PIM_APPLICATION_ID ? t("history.pimService") : person.name;
}

/** The last part of a scope's id with its group, which people know it by; the root by its name. */
export function scopeWords(scope: string | null, name: string): string {
  if (name !== "") return name;
  if (scope === null) return "";
  return scope === "/" ? t("history.coverage.root") : (scope.split("/").at(-1) ?? scope);
}

export function periodWords(from: string | null, to: string | null): string {
  const end = to === null ? t("history.noEnd") : formatDateTime(to);
  return from === null ? end : `${formatDateTime(from)} – ${end}`;
}

/** Why an answer is only "at least these", in a sentence. */
export function reasonWords(reason: AtLeastReason): string {
  switch (reason.id) {
    case "beforeFirst":
      return reason.completeFrom === null
        ? t("history.on.reason.beforeNothing")
        : t("history.on.reason.beforeFirst", { time: formatDateTime(reason.completeFrom) });
    case "afterLast":
      return t("history.on.reason.afterLast", { time: formatDateTime(reason.completeTo) });
    case "gap":
      return t("history.on.reason.gap", { from: formatDateTime(reason.from), to: formatDateTime(reason.to) });
    case "notRead":
      return t("history.on.reason.notRead", { source: t(`history.source.${reason.source}`) });
    case "groupsBefore":
      return reason.knownFrom === null
        ? t("history.on.reason.groupsNever")
        : t("history.on.reason.groupsBefore", { time: formatDateTime(reason.knownFrom) });
    case "groupUnknown":
      return t("history.on.reason.groupUnknown", { group: reason.group });
    case "aboveSubscription":
      return t("history.on.reason.aboveSubscription");
  }
}
