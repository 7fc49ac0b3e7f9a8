import { certificateAt } from "./certificate.ts";
import type { MachineSpec } from "./types.ts";

/** Heartbeats come every 5 minutes; ARM shows Disconnected 15 to 30 minutes after the last one (agent overview page). */
export const DISCONNECTED_AFTER_MS = 15 * 60_000;

export type MachineState = { status: string; changedAtMs: number };

/** What ARM shows: Connected, Disconnected while the certificate lives, Expired afterwards. */
export function machineStateAt(spec: MachineSpec, nowMs: number): MachineState {
  const { endMs } = certificateAt(spec, nowMs);
  const bornAt = Math.max(spec.createdAtMs, spec.certificateStartMs);
  if (spec.forcedStatus !== null) return { status: spec.forcedStatus, changedAtMs: spec.offlineSinceMs ?? bornAt };
  if (spec.offlineSinceMs !== null) {
    const silentAt = spec.offlineSinceMs + DISCONNECTED_AFTER_MS;
    if (spec.principalId !== null && nowMs >= endMs) return { status: "Expired", changedAtMs: Math.max(endMs, silentAt) };
    if (nowMs >= silentAt) return { status: "Disconnected", changedAtMs: silentAt };
    return { status: "Connected", changedAtMs: bornAt };
  }
  if (spec.renewalStuckSinceMs !== null && nowMs >= endMs) return { status: "Expired", changedAtMs: endMs };
  return { status: "Connected", changedAtMs: bornAt };
}

/** Whether the agent fetches work now. The shown status lags behind and may be forced, so it does not decide. */
export function isReachable(spec: MachineSpec, nowMs: number): boolean {
  if (spec.offlineSinceMs !== null) return false;
  if (spec.forcedStatus === "AwaitingConnection" || spec.forcedStatus === "Expired") return false;
  return spec.principalId === null || certificateAt(spec, nowMs).endMs > nowMs;
}
