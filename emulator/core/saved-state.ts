import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import type { SavedEntra } from "../entra/state.ts";
import type { WorldSnapshot } from "../world/mutate.ts";
import type { InstanceOptions } from "./options.ts";

/** Raised with every change of what a file holds, so that an older one is refused and not misread. */
const FORM = 1;

export type WorldSize = { seed: number; machines: number; assignments: number; groups: number; branches: number };

/** All that a later start needs to go on as if it had only been away. Quotas, faults and recorded requests are not kept. */
export type SavedState = {
  form: number;
  cloud: string;
  size: WorldSize;
  world: WorldSnapshot;
  options: InstanceOptions;
  /** The settable clock against the machine's. */
  clockShiftMs: number;
  entra: SavedEntra;
};

/** Null when there is no such file yet. */
export function readSavedState(file: string): SavedState | null {
  if (!existsSync(file)) return null;
  let state: Partial<SavedState>;
  try {
    state = deserialize(readFileSync(file)) as Partial<SavedState>;
  } catch {
    throw new SavedStateError(`The state file ${file} cannot be read. Delete it to begin anew.`);
  }
  if (state.form === FORM) return state as SavedState;
  throw new SavedStateError(`The state file ${file} was written by another version. Delete it to begin anew.`);
}

export class SavedStateError extends Error {}

/** Readable by this user alone, for it holds signing keys; the old file stays until the new one is complete. */
export function writeSavedState(file: string, state: Omit<SavedState, "form">): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, serialize({ ...state, form: FORM }), { mode: 0o600 });
  renameSync(fresh, file);
}
