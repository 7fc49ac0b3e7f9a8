import { CERTIFICATE_STATES } from "@/lib/domain/certificate";
import { certificateHorizon, type Horizon, type HorizonRow, horizonPlace } from "@/lib/domain/horizon";
import { toMachineStatus } from "@/lib/domain/machine-mapping";
import type { FleetTable } from "./fleet-table";
import type { FleetCounts, LapseRange } from "./fleet-types";

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

const DAY_MS = 86_400_000;

/** Weeks begin at 00:00 UTC of the present day, so that a link to a week stays the same all day. */
function dayStartMinute(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) * DAY_MS) / 60_000;
}

/** The living rows as the horizon reads them. One object is filled again and again: a fleet has 100,000 rows. */
function* horizonRows(table: FleetTable): Generator<HorizonRow> {
  const read = horizonReader(table);
  for (let row = 0; row < table.count; row++) if (table.isAlive[row] === 1) yield read(row);
}

/** Gives the horizon's view of a row in an object that the next call overwrites. */
export function horizonReader(table: FleetTable): (row: number) => HorizonRow {
  const statuses = table.dictionary("status").texts.map(toMachineStatus);
  const states = table
    .dictionary("certificateState")
    .texts.map((text) => CERTIFICATE_STATES.find((state) => state === text) ?? "unknown");
  const { statusCodes, stateCodes, end, from, to } = fleetFacts(table);
  const shared: HorizonRow = { state: "unknown", status: "Unknown", endsAt: -1, estimateFrom: -1, estimateTo: -1 };
  return (row) => {
    shared.state = states[stateCodes[row] ?? 0] ?? "unknown";
    shared.status = statuses[statusCodes[row] ?? 0] ?? "Unknown";
    shared.endsAt = end[row] ?? -1;
    shared.estimateFrom = from[row] ?? -1;
    shared.estimateTo = to[row] ?? -1;
    return shared;
  };
}

/** Whether the row belongs to a week of the horizon; an estimated one belongs to every week that its range touches. */
export function lapsesIn(row: HorizonRow, range: LapseRange, nowMs: number): boolean {
  const { kind } = horizonPlace(row, dayStartMinute(nowMs));
  if (kind === "expires") return row.endsAt >= range.fromMinute && row.endsAt < range.toMinute;
  return kind === "between" && row.estimateTo >= range.fromMinute && row.estimateFrom < range.toMinute;
}

export function fleetHorizon(table: FleetTable, nowMs: number): Horizon {
  return certificateHorizon(horizonRows(table), dayStartMinute(nowMs));
}

const PENDING = ["creating", "updating", "deleting"] as const;

/** Figures of a fleet of which nothing has been counted. */
export function noCounts(): FleetCounts {
  return {
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
}

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
  const counts = noCounts();
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
