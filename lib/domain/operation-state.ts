import { OPERATION_STATES, type OperationState } from "./api";

/**
 * planned: the intent is stored, nothing was sent. submitting: the request may be on the wire. provisioning: Azure accepted
 * it. unknown: no answer, Azure is asked again. The rest are final.
 *
 * submitting > planned: Azure demanded a stronger sign-in, nothing was accepted; the operator repeats the same operation.
 * unknown > submitting: Azure was asked and shows nothing, so the request is sent again.
 * submitting, unknown > provisioning: accepted, or found at Azure. Nothing leads from provisioning to submitting: a request
 * that was accepted is never sent twice.
 */
export const OPERATION_TRANSITIONS: Readonly<Record<OperationState, readonly OperationState[]>> = {
  planned: ["submitting", "canceled", "refused"],
  submitting: ["planned", "provisioning", "unknown", "refused", "succeeded"],
  unknown: ["submitting", "provisioning", "succeeded", "failed", "canceled"],
  provisioning: ["succeeded", "failed", "canceled"],
  succeeded: [],
  failed: [],
  canceled: [],
  refused: [],
};

/** Whether an operation may go from one state to the other. Staying in a state is not a transition. */
export function canMove(from: OperationState, to: OperationState): boolean {
  return OPERATION_TRANSITIONS[from].includes(to);
}

/** A state that nothing leaves. */
export function isFinal(state: OperationState): boolean {
  return OPERATION_TRANSITIONS[state].length === 0;
}

/** States in which an operation blocks its machine for another one. */
export const RUNNING_STATES: readonly OperationState[] = OPERATION_STATES.filter((state) => !isFinal(state));
