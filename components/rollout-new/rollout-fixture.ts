import type { Problem } from "@/lib/domain/errors";
import type { PreflightGroup, PreflightReason, RolloutPreflight, TargetVerdict } from "@/lib/domain/rollout/api";
import { targetFixture } from "@/lib/domain/rollout/plan-fixture";
import type { RolloutTarget } from "@/lib/domain/rollout/types";

const NOW = "2026-11-21T12:00:00.000Z";
export const S1 = "11111111-1111-1111-1111-111111111111";

export const machineIdOf = (index: number) =>
  `/subscriptions/${S1}/resourceGroups/rg-app/providers/Microsoft.HybridCompute/machines/ams-app-${index}`;

function target(index: number): RolloutTarget {
  return targetFixture({ machineId: machineIdOf(index), name: `ams-app-${index}`, subscriptionId: S1, resourceGroup: "rg-app" });
}

function reason(check: string, found: string, fix: string, verdict: PreflightReason["verdict"]): PreflightReason {
  const key = `signIn.preflight.${check}`;
  return {
    checkId: check,
    verdict,
    title: `${key}.title`,
    evidence: `${key}.${found}`,
    fix: fix === "" ? "" : `${key}.${fix}`,
    source: `Microsoft: page about ${check}`,
  };
}

const REASONS = {
  blocked: reason("osBuild", "unsupported", "unsupportedFix", "block"),
  confirm: reason("desktopExperience", "unknown", "unknownFix", "ask"),
  offline: reason("connected", "disconnected", "disconnectedFix", "block"),
} as const;

const REASON_OF: Record<TargetVerdict, PreflightReason | null> = { ready: null, nothingToDo: null, ...REASONS };

/** A preflight with so many machines of each verdict, in the order ready, confirm, offline, blocked, nothing to do. */
export function preflightFixture(
  wanted: Partial<Record<TargetVerdict, number>>,
  part: Partial<RolloutPreflight> = {},
): RolloutPreflight {
  const counts = { ready: 0, confirm: 0, offline: 0, blocked: 0, nothingToDo: 0, ...wanted };
  const groups: PreflightGroup[] = [];
  let next = 0;
  for (const verdict of ["ready", "confirm", "offline", "blocked", "nothingToDo"] as const) {
    const members = Array.from({ length: counts[verdict] }, () => next++);
    if (members.length > 0) groups.push({ verdict, reason: REASON_OF[verdict], members });
  }
  const targets = Array.from({ length: next }, (_, index) => target(index));
  const first = targets[0];
  return {
    targets,
    groups,
    values: targets.map((_, index) => ({
      sku: "Windows Server 2022 Datacenter",
      build: 20348 + index,
      minimum: 26100,
      edition: "?",
      status: "Disconnected",
      since: "2026-11-20",
    })),
    counts,
    unknown: [],
    completeness: { expected: next, received: next, complete: true, missing: [], asOf: NOW },
    stamp: "a".repeat(64),
    waves: [],
    request:
      first === undefined
        ? null
        : {
            method: "PUT",
            url: `https://management.azure.com${first.machineId}/extensions/AADLogin?api-version=2025-01-13`,
            body: { location: first.location, properties: { settings: { mdmId: "" } } },
          },
    floorSeconds: 80,
    asOf: NOW,
    ...part,
  };
}

export function problem(status: number, code: Problem["code"], detail: string): Problem {
  return { type: "urn:test", title: `Status ${status}`, status, code, detail, nextStep: "Do this next.", traceId: "t-1" };
}
