import type { RequestPhase } from "./request-status";
import type { ItemState } from "./write-api";

/**
 * Every move that an item may make; the store enforces the same table. submitting is committed before anything goes out, and
 * nothing leaves unknown for submitting before Azure has been asked whether the request is there.
 */
export const ITEM_MOVES: Readonly<Record<ItemState, readonly ItemState[]>> = {
  planned: ["submitting", "stepUp", "refused", "failed"],
  stepUp: ["submitting", "refused", "failed"],
  submitting: ["planned", "stepUp", "unknown", "waiting", "scheduled", "done", "refused", "canceled"],
  unknown: ["submitting", "waiting", "scheduled", "done", "refused", "canceled", "failed"],
  waiting: ["scheduled", "done", "refused", "canceled", "failed"],
  scheduled: ["waiting", "done", "refused", "canceled", "failed"],
  done: [],
  refused: [],
  canceled: [],
  failed: [],
};

/** True for states in which nothing more is sent or asked about the request. Its effect may still be read. */
export function isFinalItem(state: ItemState): boolean {
  return ITEM_MOVES[state].length === 0;
}

/** The state of an item whose request Azure has, by what its status means. */
export function stateOfPhase(phase: RequestPhase): Extract<ItemState, "waiting" | "scheduled" | "done" | "refused" | "canceled"> {
  // A word that Azure's specification does not know is no end: the item waits and Azure is asked again.
  return phase === "needsDecision" || phase === "unknown" ? "waiting" : phase;
}
