import type { CertificateVerdict } from "./api";
import type { CertificateKey, CertificateStateId } from "./certificate";
import { CERTIFICATE_VALIDITY_DAYS, CRITICAL_DAYS, RENEWAL_WINDOW_DAYS } from "./certificate";
import type { IdentityKind, MachineStatus } from "./machine";
import { hasSystemAssigned } from "./machine-mapping";

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A connected agent that has sat in the renewal window for longer than this is not renewing. */
export const RENEWAL_STUCK_AFTER_HOURS = 24;
const STUCK_AFTER_MS = RENEWAL_STUCK_AFTER_HOURS * 3_600_000;
const WINDOW_MS = RENEWAL_WINDOW_DAYS * DAY_MS;

/** Times in milliseconds since the epoch; null where nothing is known. */
export type CertificateFacts = {
  endsAtMs: number | null;
  status: MachineStatus;
  lastStatusChangeMs: number | null;
  identityKind: IdentityKind;
  nowMs: number;
  /** When the portal first saw the machine inside the renewal window, if it has watched it. */
  windowEnteredMs?: number | null;
};

/** Since when the machine has been in the renewal window while connected; the later of the two conditions counts. */
function inWindowSinceMs(facts: CertificateFacts, endsAtMs: number): number {
  const opened = facts.windowEnteredMs ?? endsAtMs - WINDOW_MS;
  return Math.max(opened, facts.lastStatusChangeMs ?? opened);
}

/**
 * The state of a machine identity's certificate. The rules are those of Microsoft's Arc pages: valid for up to 90 days,
 * renewed by a connected agent when 45 days or fewer remain, not renewable offline (agent overview, "Agent status").
 */
export function certificateStateAt(facts: CertificateFacts): CertificateStateId {
  const { endsAtMs, nowMs, status } = facts;
  if (status === "AwaitingConnection" || hasSystemAssigned(facts.identityKind) === false) return "unknown";
  if (status === "Expired") return "expired";
  if (endsAtMs === null) return status === "Connected" || facts.lastStatusChangeMs !== null ? "estimated" : "unknown";
  if (endsAtMs <= nowMs) return "expired";
  if (endsAtMs > nowMs + WINDOW_MS) return "ok";
  if (status === "Connected") {
    return nowMs - inWindowSinceMs(facts, endsAtMs) > STUCK_AFTER_MS ? "renewal-stuck" : "renewal-window";
  }
  return endsAtMs <= nowMs + CRITICAL_DAYS * DAY_MS ? "critical" : "at-risk";
}

/**
 * Earliest and latest possible end when no certificate can be read, in milliseconds; null when nothing can be said. A
 * connected agent renews at 45 days, so 45 to 90 remain; one that fell silent at T ends between T + 45 and T + 90 days.
 */
export function estimateRange(facts: Pick<CertificateFacts, "status" | "lastStatusChangeMs" | "nowMs">): {
  fromMs: number;
  toMs: number;
} | null {
  const since = facts.status === "Connected" ? facts.nowMs : facts.lastStatusChangeMs;
  if (since === null) return null;
  return { fromMs: since + WINDOW_MS, toMs: since + CERTIFICATE_VALIDITY_DAYS * DAY_MS };
}

/** The key that ends last decides: after a renewal the older one stays for a while. Unreadable dates are left out. */
export function newestKey(keys: readonly CertificateKey[] | null): CertificateKey | null {
  let newest: CertificateKey | null = null;
  let newestEnd = Number.NEGATIVE_INFINITY;
  for (const key of keys ?? []) {
    const end = Date.parse(key.endsAt);
    if (end > newestEnd) {
      newest = key;
      newestEnd = end;
    }
  }
  return newest;
}

/** Days from now to the end, floored; one millisecond over the end is -1. */
export function daysLeft(endsAtMs: number, nowMs: number): number {
  return Math.floor((endsAtMs - nowMs) / DAY_MS);
}

export type CertificateVerdictInput = {
  /** keyCredentials of the machine's service principal; null when Graph may not be read or has no such object. */
  keys: readonly CertificateKey[] | null;
  status: MachineStatus;
  /** Azure's own status text, for the disagreement; the status when left out. */
  statusRaw?: string;
  lastStatusChangeAt: string | null;
  identityKind: IdentityKind;
  now: Date;
  windowEnteredAt?: string | null;
};

function parseTime(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

type Rule = CertificateVerdict["rule"];

function unknownRule(input: CertificateVerdictInput): Rule {
  if (hasSystemAssigned(input.identityKind) === false) return { key: "certificate.rule.noIdentity", values: {} };
  if (input.status === "AwaitingConnection") return { key: "certificate.rule.awaitingConnection", values: {} };
  return { key: "certificate.rule.nothingKnown", values: {} };
}

function estimatedRule(input: CertificateVerdictInput, range: { toMs: number } | null, nowMs: number): Rule {
  if (input.status === "Connected") return { key: "certificate.rule.estimatedConnected", values: {} };
  const key = range !== null && range.toMs <= nowMs ? "certificate.rule.estimatedOver" : "certificate.rule.estimatedOffline";
  return { key, values: { since: input.lastStatusChangeAt ?? "" } };
}

function ruleFor(state: CertificateStateId, input: CertificateVerdictInput, left: number | null, nowMs: number): Rule {
  const days = left ?? 0;
  switch (state) {
    case "ok":
    case "renewal-window":
    case "at-risk":
    case "critical":
      return { key: `certificate.rule.${state}`, values: { days, status: input.statusRaw ?? input.status } };
    case "renewal-stuck":
      return { key: "certificate.rule.renewal-stuck", values: { days, hours: RENEWAL_STUCK_AFTER_HOURS } };
    case "expired":
      if (left === null) return { key: "certificate.rule.expiredByStatusOnly", values: {} };
      return left >= 0 && input.status === "Expired"
        ? { key: "certificate.rule.expiredByStatus", values: { days } }
        : { key: "certificate.rule.expiredByDate", values: { days: Math.abs(days) } };
    case "estimated":
      return estimatedRule(
        input,
        estimateRange({ ...input, lastStatusChangeMs: parseTime(input.lastStatusChangeAt), nowMs }),
        nowMs,
      );
    case "unknown":
      return unknownRule(input);
  }
}

/** ARM's word against the certificate's dates: Azure updates the two apart, and both are shown when they differ. */
function disagreementOf(input: CertificateVerdictInput, endsAt: string | null, endsAtMs: number | null, nowMs: number) {
  if (endsAt === null || endsAtMs === null) return null;
  const over = endsAtMs <= nowMs;
  const contradicts =
    input.status === "Expired" ? !over : over && (input.status === "Connected" || input.status === "Disconnected");
  return contradicts ? { arm: input.statusRaw ?? input.status, certificate: endsAt } : null;
}

/**
 * The verdict on one machine's certificate with the rule that gave it, as message key and values.
 * Source of the rules: lib/domain/certificate.ts; every date is ISO 8601 in UTC.
 */
export function certificateVerdict(input: CertificateVerdictInput): CertificateVerdict {
  const nowMs = input.now.getTime();
  const key = newestKey(input.keys);
  const endsAtMs = key === null ? null : parseTime(key.endsAt);
  const lastStatusChangeMs = parseTime(input.lastStatusChangeAt);
  const facts: CertificateFacts = {
    endsAtMs,
    status: input.status,
    lastStatusChangeMs,
    identityKind: input.identityKind,
    nowMs,
    windowEnteredMs: parseTime(input.windowEnteredAt),
  };
  const state = certificateStateAt(facts);
  const left = endsAtMs === null ? null : daysLeft(endsAtMs, nowMs);
  const range = state === "estimated" ? estimateRange(facts) : null;
  return {
    state,
    daysLeft: left,
    startsAt: key?.startsAt ?? null,
    endsAt: key?.endsAt ?? null,
    estimate: range === null ? null : { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() },
    rule: ruleFor(state, input, left, nowMs),
    disagreement: disagreementOf(input, key?.endsAt ?? null, endsAtMs, nowMs),
  };
}

/** Facts of a fleet row in whole minutes since the epoch; -1 means not known. */
export type CertificateMinutes = {
  endsAt: number;
  status: MachineStatus;
  lastStatusChange: number;
  identityKind: IdentityKind;
  now: number;
};

function minutesToMs(minutes: number): number | null {
  return minutes < 0 ? null : minutes * MINUTE_MS;
}

/** The same state for a fleet row: no parsing and no text, so that 100,000 rows cost milliseconds. */
export function certificateMinutesState(row: CertificateMinutes): CertificateStateId {
  return certificateStateAt({
    endsAtMs: minutesToMs(row.endsAt),
    status: row.status,
    lastStatusChangeMs: minutesToMs(row.lastStatusChange),
    identityKind: row.identityKind,
    nowMs: row.now * MINUTE_MS,
  });
}

/** The estimate of a fleet row in minutes, -1 and -1 when there is none. */
export function estimateMinutes(row: Pick<CertificateMinutes, "status" | "lastStatusChange" | "now">): {
  from: number;
  to: number;
} {
  const range = estimateRange({
    status: row.status,
    lastStatusChangeMs: minutesToMs(row.lastStatusChange),
    nowMs: row.now * MINUTE_MS,
  });
  return range === null ? { from: -1, to: -1 } : { from: range.fromMs / MINUTE_MS, to: range.toMs / MINUTE_MS };
}
