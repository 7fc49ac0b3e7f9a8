import type { FleetTable } from "./fleet-table";
import type { FleetCounts, FleetHorizon, HorizonWeek, LapseRange } from "./fleet-types";

const WEEK_MINUTES = 7 * 24 * 60;
/** A certificate lives 90 days, so nothing that is known lapses later than in the thirteenth week. */
const HORIZON_WEEKS = 14;

/** Codes of the words the rules need, looked up once per question instead of once per row. */
export type FleetFacts = {
  statusCodes: Uint32Array;
  stateCodes: Uint32Array;
  connectedCode: number;
  disconnectedCode: number;
  expiredStatusCode: number;
  expiredCode: number;
  criticalCode: number;
  stuckCode: number;
  atRiskCode: number;
  estimatedCode: number;
  end: Int32Array;
  from: Int32Array;
  to: Int32Array;
};

export function fleetFacts(table: FleetTable): FleetFacts {
  const status = table.dictionary("status");
  const state = table.dictionary("certificateState");
  return {
    statusCodes: table.codes("status"),
    stateCodes: table.codes("certificateState"),
    connectedCode: status.codeOf("Connected"),
    disconnectedCode: status.codeOf("Disconnected"),
    expiredStatusCode: status.codeOf("Expired"),
    expiredCode: state.codeOf("expired"),
    criticalCode: state.codeOf("critical"),
    stuckCode: state.codeOf("renewal-stuck"),
    atRiskCode: state.codeOf("at-risk"),
    estimatedCode: state.codeOf("estimated"),
    end: table.times("certificateEnd"),
    from: table.times("estimateFrom"),
    to: table.times("estimateTo"),
  };
}

/** Azure's status and the certificate's dates contradict each other; the same rule as lib/domain/certificate-state.ts. */
export function isDisagreement(facts: FleetFacts, row: number, nowMinute: number): boolean {
  const end = facts.end[row] ?? -1;
  if (end < 0) return false;
  const status = facts.statusCodes[row] ?? 0;
  const over = end <= nowMinute;
  if (status === facts.expiredStatusCode) return !over;
  return over && (status === facts.connectedCode || status === facts.disconnectedCode);
}

export type Lapse = "expired" | "renewing" | "certain" | "estimated" | "unknown";

/** What happens to the identity of a machine when everything stays as it is. */
export function lapseOf(facts: FleetFacts, row: number): Lapse {
  const state = facts.stateCodes[row] ?? 0;
  if (state === facts.expiredCode || (facts.statusCodes[row] ?? 0) === facts.expiredStatusCode) return "expired";
  const connected = (facts.statusCodes[row] ?? 0) === facts.connectedCode;
  if ((facts.end[row] ?? -1) >= 0) return connected && state !== facts.stuckCode ? "renewing" : "certain";
  if (state !== facts.estimatedCode) return "unknown";
  if (connected) return "renewing";
  return (facts.to[row] ?? -1) >= 0 ? "estimated" : "unknown";
}

/** Estimated machines belong to every week that their range touches. */
export function lapseInRange(facts: FleetFacts, row: number, range: LapseRange): boolean {
  const kind = lapseOf(facts, row);
  if (kind === "certain") {
    const end = facts.end[row] ?? -1;
    return end >= range.fromMinute && end < range.toMinute;
  }
  if (kind !== "estimated") return false;
  return (facts.to[row] ?? -1) >= range.fromMinute && (facts.from[row] ?? -1) < range.toMinute;
}

function weekAt(weeks: HorizonWeek[], startMinute: number, minute: number): HorizonWeek | undefined {
  const index = Math.max(0, Math.floor((minute - startMinute) / WEEK_MINUTES));
  return weeks[index];
}

/** Weeks begin at 00:00 UTC of the present day, so that a link to a week stays the same all day. */
export function fleetHorizon(table: FleetTable, nowMs: number): FleetHorizon {
  const facts = fleetFacts(table);
  const startMinute = Math.floor(nowMs / 86_400_000) * 1_440;
  const weeks: HorizonWeek[] = Array.from({ length: HORIZON_WEEKS }, (_, i) => ({
    fromMinute: startMinute + i * WEEK_MINUTES,
    toMinute: startMinute + (i + 1) * WEEK_MINUTES,
    certain: 0,
    estimatedEarliest: 0,
    estimatedLatest: 0,
  }));
  const horizon: FleetHorizon = { weeks, expired: 0, renewing: 0, later: 0, unknown: 0, total: 0 };
  for (let row = 0; row < table.count; row++) {
    if (table.isAlive[row] !== 1) continue;
    horizon.total += 1;
    const kind = lapseOf(facts, row);
    if (kind === "certain") {
      const week = weekAt(weeks, startMinute, facts.end[row] ?? 0);
      if (week === undefined) horizon.later += 1;
      else week.certain += 1;
    } else if (kind === "estimated") {
      const earliest = weekAt(weeks, startMinute, facts.from[row] ?? 0);
      const latest = weekAt(weeks, startMinute, facts.to[row] ?? 0);
      if (earliest === undefined) horizon.later += 1;
      else earliest.estimatedEarliest += 1;
      if (latest !== undefined) latest.estimatedLatest += 1;
    } else horizon[kind] += 1;
  }
  return horizon;
}

const PENDING = ["creating", "updating", "deleting"] as const;

export function fleetCounts(table: FleetTable, nowMs: number): FleetCounts {
  const facts = fleetFacts(table);
  const nowMinute = Math.floor(nowMs / 60_000);
  const identity = table.codes("identityKind");
  const noIdentity = new Set(["", "None"].map((text) => table.dictionary("identityKind").codeOf(text)));
  const signIn = table.codes("extensionState");
  const code = (text: string) => table.dictionary("extensionState").codeOf(text);
  const failed = new Set([code("failed"), code("canceled")]);
  const pending = new Set(PENDING.map(code));
  const [installed, missing] = [code("succeeded"), code("notInstalled")];
  const counts: FleetCounts = {
    machines: 0,
    expired: 0,
    critical: 0,
    renewalStuck: 0,
    atRisk: 0,
    disagreement: 0,
    identityMissing: 0,
    signInFailed: 0,
    signInInstalled: 0,
    signInMissing: 0,
    signInPending: 0,
    disconnected: 0,
    certificatesKnown: 0,
  };
  for (let row = 0; row < table.count; row++) {
    if (table.isAlive[row] !== 1) continue;
    counts.machines += 1;
    const state = facts.stateCodes[row] ?? 0;
    if (state === facts.expiredCode) counts.expired += 1;
    else if (state === facts.criticalCode) counts.critical += 1;
    else if (state === facts.stuckCode) counts.renewalStuck += 1;
    else if (state === facts.atRiskCode) counts.atRisk += 1;
    if ((facts.statusCodes[row] ?? 0) === facts.disconnectedCode) counts.disconnected += 1;
    if ((facts.end[row] ?? -1) >= 0) counts.certificatesKnown += 1;
    if (isDisagreement(facts, row, nowMinute)) counts.disagreement += 1;
    if (noIdentity.has(identity[row] ?? 0)) counts.identityMissing += 1;
    const extension = signIn[row] ?? 0;
    if (failed.has(extension)) counts.signInFailed += 1;
    else if (extension === installed) counts.signInInstalled += 1;
    else if (extension === missing) counts.signInMissing += 1;
    else if (pending.has(extension)) counts.signInPending += 1;
  }
  return counts;
}
