import { stableGuid, stableHex } from "./random.ts";
import type { KeyCredential, MachineSpec, World } from "./types.ts";

export const DAY_MS = 86_400_000;
/** Source: Microsoft Learn, "Azure Connected Machine agent overview" and reference/domain.md 1.1. */
export const CERTIFICATE_DAYS = 90;
export const RENEW_AT_DAYS = 45;
/** How long the replaced key stays listed beside the new one. */
const OVERLAP_MS = 7 * DAY_MS;
const STEP_MS = (CERTIFICATE_DAYS - RENEW_AT_DAYS) * DAY_MS;

export type CertificateSpan = { startMs: number; endMs: number; generation: number };

/**
 * The newest certificate at a moment: a connected agent rolls it when exactly 45 days are left, a silent or stuck one
 * keeps what it had.
 */
export function certificateAt(spec: MachineSpec, nowMs: number): CertificateSpan {
  const lastBeforeStuck = spec.renewalStuckSinceMs === null ? nowMs : spec.renewalStuckSinceMs - 1;
  const renewsUntil = Math.min(nowMs, spec.offlineSinceMs ?? nowMs, lastBeforeStuck);
  const generation = Math.max(0, Math.floor((renewsUntil - spec.certificateStartMs) / STEP_MS));
  const startMs = spec.certificateStartMs + generation * STEP_MS;
  return { startMs, endMs: startMs + CERTIFICATE_DAYS * DAY_MS, generation };
}

/** keyCredentials of the machine's service principal, newest first; two entries for a week after a renewal. */
export function keyCredentialsOf(world: World, spec: MachineSpec, appId: string): KeyCredential[] {
  if (spec.principalId === null) return [];
  const current = certificateAt(spec, world.time.nowMs);
  const keys = [keyOf(world.seed, spec, appId, current.startMs)];
  const previousStart = current.startMs - STEP_MS;
  const renewed = current.generation > 0 || previousStart > spec.createdAtMs;
  if (renewed && world.time.nowMs - current.startMs < OVERLAP_MS) keys.push(keyOf(world.seed, spec, appId, previousStart));
  return keys;
}

function keyOf(seed: number, spec: MachineSpec, appId: string, startMs: number): KeyCredential {
  const label = `key:${spec.principalId}:${startMs}`;
  return {
    keyId: stableGuid(seed, label),
    customKeyIdentifier: stableHex(seed, label, 40).toUpperCase(),
    displayName: `CN=${appId}`,
    startDateTime: graphTime(startMs),
    endDateTime: graphTime(startMs + CERTIFICATE_DAYS * DAY_MS),
  };
}

/** Graph prints whole seconds. */
function graphTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
