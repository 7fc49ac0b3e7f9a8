import type { EntraState } from "../entra/state.ts";
import type { World } from "../world/types.ts";
import type { CloudFacts } from "./clouds.ts";
import type { EmulatorClock, EmulatorContext } from "./contract.ts";
import type { FaultStore } from "./faults.ts";
import type { InstanceOptions } from "./options.ts";
import type { Recorder } from "./recorder.ts";
import type { Router } from "./router.ts";
import type { Tally } from "./tally.ts";
import type { Throttle } from "./throttle.ts";

/** One running local Azure. Nothing of it lives in a module, so that a process may hold many. */
export type Instance = {
  cloud: CloudFacts;
  options: InstanceOptions;
  clock: EmulatorClock;
  wallNowMs: () => number;
  /** The present world; a reset or a restore puts another one here. */
  world: World;
  entra: EntraState;
  faults: FaultStore;
  recorder: Recorder;
  tally: Tally;
  throttle: Throttle;
  router: Router;
  context: EmulatorContext;
};
