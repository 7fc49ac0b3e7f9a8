"use client";

import { useSecond } from "@/lib/client/use-second";
import type { ClockSkew } from "@/lib/domain/elevation/api";

/** What to add to the browser's clock to get Azure's, from an answer that says when the portal wrote it. */
export function azureOffset(answer: { asOf: string; clock: ClockSkew }, receivedAtMs: number): number {
  const portalMs = Date.parse(answer.asOf);
  return Number.isNaN(portalMs) ? 0 : portalMs - (answer.clock.milliseconds ?? 0) - receivedAtMs;
}

/** Azure's clock, second by second. Countdowns follow it, because Azure is who ends an activation. */
export function useAzureNow(offsetMs: number): number {
  return useSecond() + offsetMs;
}
