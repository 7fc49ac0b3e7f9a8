import type { Instance } from "../core/instance.ts";
import type { InstanceOptions } from "../core/options.ts";
import type { WorldSnapshot } from "../world/mutate.ts";

export type ControlState = {
  instance: Instance;
  seed: number;
  machines: number;
  assignments: number;
  groups: number;
  branches: number;
  /** Server whose identity the portal uses. */
  portalHost: string | undefined;
  /** Whether the portal runs as an app with an identity. */
  portalApp: boolean;
  /** Where the settable clock began. */
  startedAtMs: number;
  /** Writes the state file of the start, where there is one. */
  save: () => Promise<void>;
  startOptions: Partial<InstanceOptions>;
  snapshots: Map<string, { world: WorldSnapshot; options: InstanceOptions; nowMs: number }>;
};
