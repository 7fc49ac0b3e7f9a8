import { noteChange, openOperations } from "./extension-history.ts";
import { findMachine, lowerMachineId } from "./ids.ts";
import { decideOutcome, registerDevice, registersDevice } from "./outcome.ts";
import { removeMachinePrincipal } from "./principals.ts";
import { stableGuid } from "./random.ts";
import { isReachable } from "./status.ts";
import type { Extension, ExtensionOutcome, MachineSpec, Operation, World } from "./types.ts";

export const OPERATION_KINDS = {
  extensionPut: "extension.put",
  extensionDelete: "extension.delete",
  extensionUpgrade: "extension.upgrade",
  machineDelete: "machine.delete",
} as const;

/** Brings the world to a moment: waiting operations start, due ones end, each once and in the order of their end. */
export function settleWorld(world: World, nowMs: number): void {
  world.time.nowMs = nowMs;
  const due: Operation[] = [];
  for (const operation of openOperations(world)) {
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
  const { extensionDelete, extensionUpgrade } = OPERATION_KINDS;
  if (operation.kind === extensionDelete || operation.kind === extensionUpgrade) operation.outcome = "Succeeded";
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
  if (operation.kind === OPERATION_KINDS.extensionUpgrade) finishUpgrade(spec, operation);
  if (operation.kind === DEVICE_REGISTRATION) registerDevice(world, spec, operation.startedAtMs);
  if (extension === undefined) return;
  // Another write has replaced this one: what it leads to is no longer to be seen.
  if (operation.write !== undefined && operation.write !== extension.writes) return;
  if (operation.kind === OPERATION_KINDS.extensionDelete) finishDelete(spec, extension, operation);
  if (operation.kind === OPERATION_KINDS.extensionPut) finishPut(world, spec, extension, operation);
  if (operation.kind === LATE_FAILURE) fail(spec, extension, operation);
}

const LATE_FAILURE = "extension.lateFailure";
const DEVICE_REGISTRATION = "device.registration";

function logEnd(world: World, operation: Operation): void {
  if (operation.audit === undefined || operation.kind === LATE_FAILURE || operation.kind === DEVICE_REGISTRATION) return;
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
    fail(spec, extension, operation);
    return;
  }
  noteChange(spec, extension.name, endOf(operation));
  extension.provisioningState = "Succeeded";
  const message = operation.resultMessage ?? "Extension Message: The operation completed successfully.";
  extension.instanceView = { code: "0", level: "Information", message, time: null };
  if (registersDevice(world, spec, extension)) {
    const delayMs = operation.deviceDelayMs ?? 0;
    if (delayMs === 0) registerDevice(world, spec, endOf(operation));
    else follow(world, operation, { suffix: "device", kind: DEVICE_REGISTRATION, afterMs: delayMs, outcome: "Succeeded" });
  }
  const later = operation.failsLater;
  // Success that does not last: the handler reports a failure in a later status upload, with no operation to poll.
  if (later !== undefined)
    follow(world, operation, { suffix: "late", kind: LATE_FAILURE, afterMs: later.afterMs, outcome: "Failed" });
}

type Follower = { suffix: string; kind: string; afterMs: number; outcome: Operation["outcome"] };

/** Something that happens by itself some time after an operation. */
function follow(world: World, operation: Operation, { suffix, kind, afterMs, outcome }: Follower): void {
  const id = `${operation.id}-${suffix}`;
  const times = { startedAtMs: endOf(operation), queuedMs: 0, runningMs: afterMs };
  world.operations.set(id, { ...operation, ...times, id, kind, outcome, finish: null, finished: false });
}

function finishUpgrade(spec: MachineSpec, operation: Operation): void {
  for (const { name, version } of operation.upgrades ?? []) {
    const extension = spec.extensions?.get(name.toLowerCase());
    if (extension === undefined) continue;
    noteChange(spec, name, endOf(operation));
    Object.assign(extension, { typeHandlerVersion: version, provisioningState: "Succeeded" });
  }
}

function fail(spec: MachineSpec, extension: Extension, operation: Operation): void {
  noteChange(spec, extension.name, endOf(operation));
  setFailed(extension, operation);
}

function setFailed(extension: Extension, operation: Operation): void {
  const error = operation.error ?? { code: "1", message: "The extension failed." };
  extension.provisioningState = "Failed";
  extension.instanceView = { code: error.code, level: "Error", message: error.message, time: null };
}

function finishDelete(spec: MachineSpec, extension: Extension, operation: Operation): void {
  if (operation.outcome !== "Succeeded") {
    fail(spec, extension, operation);
    return;
  }
  noteChange(spec, extension.name, endOf(operation));
  spec.extensions?.delete(extension.name.toLowerCase());
}

/** Deleting the resource takes its identity along; the Entra device and role assignments stay. */
export function removeMachine(world: World, spec: MachineSpec, atMs: number): void {
  spec.deletedAtMs = atMs;
  world.machineById.delete(lowerMachineId(spec));
  removeMachinePrincipal(world, spec);
}
