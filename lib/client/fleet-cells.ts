import { RENEWAL_WINDOW_DAYS } from "@/lib/domain/certificate";
import { hasMessage, t, tDynamic } from "@/messages/t";
import type { GridColumn } from "./fleet-columns";
import type { FleetRow } from "./fleet-types";
import { formatDate, minutesToMs } from "./format";

export type CellTone = "ok" | "warn" | "bad" | "info" | "quiet";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const DAY_MINUTES = HOUR_MINUTES * DAY_HOURS;

/** A word of Azure in the portal's words; a word that the portal does not know is shown as it came. */
function word(section: string, value: string): string {
  const key = `machines.${section}.${value}`;
  return hasMessage(key) ? tDynamic(key) : value;
}

/** Azure's status in words; one that Azure has not announced is shown as it came. */
export function statusWords(status: string): string {
  if (status === "") return t("machines.facet.notSaid");
  return hasMessage(`machine.status.${status}`) ? tDynamic(`machine.status.${status}`) : status;
}

export function statusTone(status: string): CellTone {
  if (status === "Connected") return "ok";
  if (status === "Disconnected") return "warn";
  return status === "Expired" || status === "Error" ? "bad" : "quiet";
}

export function certificateTone(state: string): CellTone {
  switch (state) {
    case "ok":
    case "renewal-window":
      return "ok";
    case "renewal-stuck":
    case "at-risk":
      return "warn";
    case "critical":
    case "expired":
      return "bad";
    case "estimated":
      return "info";
    default:
      return "quiet";
  }
}

export function signInTone(state: string): CellTone {
  switch (state) {
    case "succeeded":
      return "ok";
    case "creating":
    case "updating":
    case "deleting":
      return "warn";
    case "failed":
    case "canceled":
      return "bad";
    default:
      return "quiet";
  }
}

export function identityWords(kind: string): string {
  return kind === "" ? t("machines.identity.None") : word("identity", kind);
}

export function identityTone(kind: string): CellTone {
  if (kind === "" || kind === "None") return "bad";
  return kind.startsWith("SystemAssigned") ? "ok" : "warn";
}

export function certificateStateWords(state: string): string {
  return state === "" ? t("machines.certificate.pending") : word("certificateState", state);
}

export function joinWords(state: string): string {
  return state === "" ? t("machines.join.unknown") : word("join", state);
}

export function signInWords(row: Pick<FleetRow, "extensionState" | "extensionExitCode">): string {
  if (row.extensionState === "") return t("machines.certificate.pending");
  if (row.extensionState === "failed" && row.extensionExitCode !== "") {
    return t("machines.signIn.exitCode", { code: row.extensionExitCode });
  }
  return word("signIn", row.extensionState);
}

/**
 * Days left in few characters: "87 d", "6 d ago", "12 to 57 d" for an estimate. The last day, and the 45th of a machine that
 * is not due yet, also say the hours: without them the number would contradict the state beside it.
 */
export function daysWords(row: FleetRow, nowMs: number): string {
  const minutesTo = (minute: number) => minute - nowMs / MINUTE_MS;
  const days = (minute: number) => Math.floor(minutesTo(minute) / DAY_MINUTES);
  if (row.daysLeft !== null) {
    if (row.daysLeft < 0) return t("machines.certificate.over", { days: Math.abs(row.daysLeft) });
    const hours = Math.floor(minutesTo(row.certificateEnd) / HOUR_MINUTES) - row.daysLeft * DAY_HOURS;
    if (row.daysLeft === 0) return t("machines.certificate.hours", { hours: Math.max(0, hours) });
    return row.daysLeft === RENEWAL_WINDOW_DAYS && row.certificateState === "ok" && hours > 0
      ? t("machines.certificate.leftHours", { days: row.daysLeft, hours })
      : t("machines.certificate.left", { days: row.daysLeft });
  }
  if (row.estimateFrom < 0 || row.estimateTo < 0) return "";
  const [from, to] = [days(row.estimateFrom), days(row.estimateTo)];
  if (to < 0) return t("machines.certificate.over", { days: Math.abs(to) });
  return from < 0 ? t("machines.certificate.upTo", { to }) : t("machines.certificate.between", { from, to });
}

/** The certificate in one sentence, for the title and for people who hear the page. */
export function certificateSentence(row: FleetRow): string {
  const state = certificateStateWords(row.certificateState);
  const end = minutesToMs(row.certificateEnd);
  if (end !== null && row.daysLeft !== null) {
    const values = { end: formatDate(end), days: Math.abs(row.daysLeft), state };
    return row.daysLeft < 0 ? t("machines.certificate.overFull", values) : t("machines.certificate.leftFull", values);
  }
  const [from, to] = [minutesToMs(row.estimateFrom), minutesToMs(row.estimateTo)];
  if (from !== null && to !== null) {
    return t("machines.certificate.estimatedFull", { from: formatDate(from), to: formatDate(to) });
  }
  return row.certificateState === "" ? state : `${state}. ${t("machines.certificate.none")}`;
}

/** Tags as "name: value" pairs; text that is not the JSON object Azure sends is shown as it came. */
export function tagPairs(tags: string): string[] {
  if (tags === "") return [];
  try {
    const value: unknown = JSON.parse(tags);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [tags];
    return Object.entries(value).map(([name, content]) => `${name}: ${String(content)}`);
  } catch {
    return [tags];
  }
}

/** The text of a cell as the grid shows it; the export writes the same words. */
export function cellText(row: FleetRow, column: GridColumn, nowMs: number): string {
  switch (column) {
    case "name":
      return row.name;
    case "status":
      return row.status;
    case "identity":
      return identityWords(row.identityKind);
    case "certificate":
      return [daysWords(row, nowMs), certificateStateWords(row.certificateState)].filter((part) => part !== "").join(", ");
    case "os":
      return row.os;
    case "build":
      return row.osVersion;
    case "signIn":
      return signInWords(row);
    case "join":
      return joinWords(row.joinState);
    case "domain":
      return row.domainName;
    case "agent":
      return row.agentVersion;
    case "subscription":
      return row.subscriptionName;
    case "group":
      return row.resourceGroup;
    case "region":
      return row.location;
    case "tags":
      return tagPairs(row.tags).join(", ");
    case "changed": {
      const at = minutesToMs(row.lastStatusChange);
      return at === null ? "" : new Date(at).toISOString();
    }
  }
}
