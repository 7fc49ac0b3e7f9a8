import "server-only";
import type { RolloutActor } from "@/lib/domain/rollout/api";
import type { RolloutState, TaskState, WaveState, WorkKindId } from "@/lib/domain/rollout/types";
import type { rollout, rolloutTask, rolloutWave } from "./rollout-schema";

type RawRollout = typeof rollout.$inferSelect;
type RawWave = typeof rolloutWave.$inferSelect;
type RawTask = typeof rolloutTask.$inferSelect;

/** State, kind and actor are among the named ones: the check constraints hold them. */
export type RolloutRow = Omit<RawRollout, "state" | "kind" | "actsAs"> & {
  state: RolloutState;
  kind: WorkKindId;
  actsAs: RolloutActor;
};
export type RolloutWaveRow = Omit<RawWave, "state" | "kind"> & { state: WaveState; kind: "canary" | "wave" | "retry" };
export type RolloutTaskRow = Omit<RawTask, "state"> & { state: TaskState };
