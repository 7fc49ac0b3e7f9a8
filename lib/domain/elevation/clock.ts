import type { ClockSkew } from "./api";

/** An activation cannot be ended, and cannot be shorter, than five minutes (PIM: activate your Azure resource roles). */
export const SHORTEST_MINUTES = 5;
const SHORTEST_MS = SHORTEST_MINUTES * 60_000;
/** A person is told beforehand when an activation is about to end. */
export const ENDS_SOON_MS = 15 * 60_000;
/** Clocks this far apart are named: times of schedules then do not fit what the person sees on the wall. */
export const LARGE_SKEW_MS = 2 * 60_000;

/** The difference of two clocks, from Azure's time in an answer and the portal's when it came. null in, null out. */
export function skewOf(azureTime: Date | null, portalTime: Date): ClockSkew {
  if (azureTime === null) return { milliseconds: null, isLarge: false };
  const milliseconds = portalTime.getTime() - azureTime.getTime();
  return { milliseconds, isLarge: Math.abs(milliseconds) >= LARGE_SKEW_MS };
}

/** Azure's clock now, as the portal knows it; the portal's own when Azure sent no time. */
export function azureNow(skew: ClockSkew, portalNow: Date): Date {
  return new Date(portalNow.getTime() - (skew.milliseconds ?? 0));
}

/** From when on Azure lets an activation be ended; null when its start is not known. */
export function canEndFrom(startsAt: string | null): string | null {
  const startMs = startsAt === null ? Number.NaN : Date.parse(startsAt);
  return Number.isNaN(startMs) ? null : new Date(startMs + SHORTEST_MS).toISOString();
}

export type Countdown =
  | { kind: "notBegun"; msToStart: number }
  | { kind: "running"; msLeft: number; endsSoon: boolean; canEnd: boolean; msUntilCanEnd: number }
  | { kind: "endless" }
  | { kind: "over" };

/** Where an activation stands at a moment of Azure's clock. Exactly at its end it is over; exactly after five minutes it may be ended. */
export function countdownOf(row: { startsAt: string | null; endsAt: string | null }, now: Date): Countdown {
  const nowMs = now.getTime();
  const startMs = row.startsAt === null ? Number.NEGATIVE_INFINITY : Date.parse(row.startsAt);
  if (startMs > nowMs) return { kind: "notBegun", msToStart: startMs - nowMs };
  if (row.endsAt === null) return { kind: "endless" };
  const msLeft = Date.parse(row.endsAt) - nowMs;
  if (msLeft <= 0) return { kind: "over" };
  const msUntilCanEnd = Math.max(0, startMs + SHORTEST_MS - nowMs);
  return { kind: "running", msLeft, endsSoon: msLeft <= ENDS_SOON_MS, canEnd: msUntilCanEnd === 0, msUntilCanEnd };
}

/** Extend is offered in the last 14 days, never for an eligibility through a group (PIM: renew or extend). */
export function extendRule(
  row: { endsAt: string | null; viaGroup: boolean },
  now: Date,
): { allowed: boolean; why: "inTime" | "tooEarly" | "noEnd" | "viaGroup" } {
  if (row.viaGroup) return { allowed: false, why: "viaGroup" };
  if (row.endsAt === null) return { allowed: false, why: "noEnd" };
  const inTime = Date.parse(row.endsAt) - now.getTime() <= 14 * 86_400_000;
  return inTime ? { allowed: true, why: "inTime" } : { allowed: false, why: "tooEarly" };
}
