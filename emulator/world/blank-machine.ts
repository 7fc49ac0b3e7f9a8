import { DAY_MS } from "./certificate.ts";
import { stableGuid } from "./random.ts";
import type { Extension, MachineSpec } from "./types.ts";

/** A connected server without any case, on which seeds build. */
export function blankMachine(
  input: { seed: number; nowMs: number },
  index: number,
  place: Pick<MachineSpec, "subscriptionId" | "resourceGroup" | "name" | "location">,
): MachineSpec {
  return {
    index,
    ...place,
    archetype: "server2025",
    overrides: NO_OVERRIDES,
    extensions: null,
    deletedAtMs: null,
    createdAtMs: input.nowMs - (200 + ((index * 37) % 700)) * DAY_MS,
    principalId: stableGuid(input.seed, `principal:${place.name}`),
    certificateStartMs: 0,
    renewalStuckSinceMs: null,
    offlineSinceMs: null,
    forcedStatus: null,
    extensionOutcome: null,
    registrationBlocked: false,
  };
}

/** Shared by every machine without overrides; mutate.ts replaces it, nobody writes into it. */
const NO_OVERRIDES: Record<string, unknown> = Object.freeze({});

export function extensionMap(list: Extension[]): Map<string, Extension> {
  return new Map(list.map((extension) => [extension.name.toLowerCase(), extension]));
}
