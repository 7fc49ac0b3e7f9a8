import { findMachine, lowerMachineId } from "./ids.ts";
import { decideOutcome, registerDevice } from "./outcome.ts";
import { removeMachinePrincipal } from "./principals.ts";
import { stableGuid } from "./random.ts";
import { isReachable } from "./status.ts";
import type { Extension, ExtensionOutcome, MachineSpec, Operation, World } from "./types.ts";

export const OPERATION_KINDS = {
  extensionPut: "extension.put",
  extensionDelete: "extension.delete",
  machineDelete: "machine.delete",
} as const;

/** Brings the world to a moment: waiting operations start, due ones end, each once and in the order of their end. */
export function settleWorld(world: World, nowMs: number): void {
  world.time.nowMs = nowMs;
  const due: Operation[] = [];
  for (const operation of world.operations.values()) {
    if (operation.finished) continue;
    if (operation.outcome === "never") resume(world, operation, nowMs);
    if (operation.outcome !== "never" && endOf(operation) <= nowMs) due.push(operation);
  }
  due.sort((a, b) => endOf(a) - endOf(b));
  for (const operation of due) finish(world, operation);
  if (due.length > 0) world.revision += 1;
}

export function endOf(operation: Operation): number {
  return operation.startedAtMs + operation.queuedMs + operation.runningMs;
}

/** An agent that comes back takes up what waited for it. */
function resume(world: World, operation: Operation, nowMs: number): void {
  const { spec, extension } = targetsOf(world, operation);
  if (spec === undefined || !isReachable(spec, nowMs)) return;
  if (operation.kind === OPERATION_KINDS.extensionDelete) operation.outcome = "Succeeded";
  else if (extension !== undefined) applyOutcome(operation, decideOutcome(world, spec, extension, nowMs));
  if (operation.outcome !== "never") operation.queuedMs += nowMs - operation.startedAtMs;
}

/** Copies a decided outcome into an operation. */
export function applyOutcome(operation: Operation, outcome: ExtensionOutcome): void {
  if (outcome.kind === "stuckCreating") {
    operation.outcome = "never";
  } else if (outcome.kind === "fail") {
    operation.outcome = "Failed";
    operation.error = { code: outcome.code ?? String(outcome.exitCode), message: outcome.message };
  } else {
    operation.outcome = "Succeeded";
    if (outcome.kind === "succeedThenFail") {
      const { afterMs, message, exitCode } = outcome;
      operation.failsLater = { afterMs, message };
      operation.error = { code: String(exitCode), message };
    }
  }
}

function targetsOf(world: World, operation: Operation): { spec: MachineSpec | undefined; extension: Extension | undefined } {
  const [machineId = "", extensionName = ""] = operation.resourceId.toLowerCase().split("/extensions/");
  const spec = findMachine(world, machineId);
  return { spec, extension: spec?.extensions?.get(extensionName) };
}

function finish(world: World, operation: Operation): void {
  operation.finished = true;
  operation.finish?.();
  logEnd(world, operation);
  const { spec, extension } = targetsOf(world, operation);
  if (spec === undefined) return;
  if (operation.kind === OPERATION_KINDS.machineDelete) removeMachine(world, spec, endOf(operation));
  if (extension === undefined) return;
  if (operation.kind === OPERATION_KINDS.extensionDelete) finishDelete(spec, extension, operation);
  if (operation.kind === OPERATION_KINDS.extensionPut) finishPut(world, spec, extension, operation);
  if (operation.kind === LATE_FAILURE) setFailed(extension, operation);
}

const LATE_FAILURE = "extension.lateFailure";

function logEnd(world: World, operation: Operation): void {
  if (operation.audit === undefined || operation.kind === LATE_FAILURE) return;
  const at = new Date(endOf(operation)).toISOString();
  world.activity.push({
    ...operation.audit,
    at,
    status: operation.outcome,
    eventDataId: stableGuid(world.seed, `event:${operation.id}`),
  });
}

function finishPut(world: World, spec: MachineSpec, extension: Extension, operation: Operation): void {
  if (operation.outcome === "Failed") {
    setFailed(extension, operation);
    return;
  }
  extension.provisioningState = "Succeeded";
  const message = operation.resultMessage ?? "Extension Message: The operation completed successfully.";
  extension.instanceView = { code: "0", level: "Information", message, time: null };
  registerDevice(world, spec, extension, endOf(operation));
  if (operation.failsLater !== undefined) scheduleLateFailure(world, operation, operation.failsLater.afterMs);
}

/** Success that does not last: the handler reports a failure in a later status upload, with no operation to poll. */
function scheduleLateFailure(world: World, operation: Operation, afterMs: number): void {
  const id = `${operation.id}-late`;
  world.operations.set(id, {
    ...operation,
    id,
    kind: LATE_FAILURE,
    startedAtMs: endOf(operation),
    queuedMs: 0,
    runningMs: afterMs,
    outcome: "Failed",
    finish: null,
    finished: false,
  });
}

function setFailed(extension: Extension, operation: Operation): void {
  const error = operation.error ?? { code: "1", message: "The extension failed." };
  extension.provisioningState = "Failed";
  extension.instanceView = { code: error.code, level: "Error", message: error.message, time: null };
}

function finishDelete(spec: MachineSpec, extension: Extension, operation: Operation): void {
  if (operation.outcome === "Succeeded") spec.extensions?.delete(extension.name.toLowerCase());
  else setFailed(extension, operation);
}

/** Deleting the resource takes its identity along; the Entra device and role assignments stay. */
export function removeMachine(world: World, spec: MachineSpec, atMs: number): void {
  spec.deletedAtMs = atMs;
  world.machineById.delete(lowerMachineId(spec));
  removeMachinePrincipal(world, spec);
}
