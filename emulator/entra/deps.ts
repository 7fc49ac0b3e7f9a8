import type { CloudFacts } from "../core/clouds.ts";
import type { InstanceOptions } from "../core/options.ts";
import type { World } from "../world/types.ts";
import type { EntraState } from "./state.ts";

/**
 * What the parts of the local Entra share. Protocol times follow the machine's clock, not the settable one: the clients
 * check them against their own.
 */
export type EntraDeps = {
  state: EntraState;
  cloud: CloudFacts;
  options: InstanceOptions;
  wallNowMs: () => number;
  world: () => World;
};
