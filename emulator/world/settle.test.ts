import { describe, expect, it } from "vitest";
import { windowsSignIn } from "./extension-seeds.ts";
import { findMachine, machineResourceId } from "./ids.ts";
import { patchMachine } from "./mutate.ts";
import { decideOutcome } from "./outcome.ts";
import { applyOutcome, OPERATION_KINDS } from "./settle.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";
import type { Extension, ExtensionOutcome, Operation, World } from "./types.ts";

const QUEUED = 1_000;
const RUNNING = 4_000;
const END = TEST_NOW + QUEUED + RUNNING;

function start(
  world: World,
  name: string,
  kind: string,
  change: Partial<Operation> = {},
): { operation: Operation; extension: Extension } {
  const spec = machineNamed(world, name);
  const extension = { ...windowsSignIn(spec.location), provisioningState: "Creating", instanceView: null };
  spec.extensions = new Map([["aadlogin", extension]]);
  const operation: Operation = {
    id: `op-${name}`,
    kind,
    resourceId: `${machineResourceId(spec)}/extensions/AADLogin`,
    location: spec.location,
    startedAtMs: TEST_NOW,
    queuedMs: QUEUED,
    runningMs: RUNNING,
    outcome: "Succeeded",
    error: null,
    finish: null,
    finished: false,
    ...change,
  };
  world.operations.set(operation.id, operation);
  return { operation, extension };
}

function put(world: World, name: string, outcome?: ExtensionOutcome): { operation: Operation; extension: Extension } {
  const started = start(world, name, OPERATION_KINDS.extensionPut);
  applyOutcome(started.operation, outcome ?? decideOutcome(world, machineNamed(world, name), started.extension, TEST_NOW));
  return started;
}

describe("an extension write", () => {
  it("ends on the millisecond, not before, and registers the device", () => {
    const world = testWorld();
    const devices = world.devices.length;
    const { operation, extension } = put(world, "ams-app-0001");
    world.settle(END - 1);
    expect([operation.finished, extension.provisioningState, world.devices.length]).toEqual([false, "Creating", devices]);
    world.settle(END);
    expect([operation.finished, extension.provisioningState, world.devices.length]).toEqual([true, "Succeeded", devices + 1]);
  });

  it("leaves a failed extension with code and message of the handler", () => {
    const world = testWorld();
    const { operation, extension } = put(world, "fra-sql-0007");
    world.settle(END);
    expect(operation.outcome).toBe("Failed");
    expect(extension.provisioningState).toBe("Failed");
    expect(extension.instanceView).toMatchObject({ code: "51", level: "Error" });
  });

  it("stays Creating on a silent machine and goes on when it comes back", () => {
    const world = testWorld();
    const { operation, extension } = put(world, "dub-app-0008");
    world.settle(TEST_NOW + 3_600_000);
    expect([operation.finished, extension.provisioningState]).toEqual([false, "Creating"]);
    patchMachine(world, "dub-app-0008", { status: "Connected" });
    const back = TEST_NOW + 3_600_001;
    world.settle(back);
    world.settle(back + QUEUED + RUNNING - 1);
    expect(extension.provisioningState).toBe("Creating");
    world.settle(back + QUEUED + RUNNING);
    expect([operation.finished, extension.provisioningState]).toEqual([true, "Succeeded"]);
  });

  it("succeeds and fails later when the world says so", () => {
    const world = testWorld();
    const { operation, extension } = put(world, "ams-app-0001", {
      kind: "succeedThenFail",
      exitCode: 9,
      message: "gone",
      afterMs: 60_000,
    });
    world.settle(END);
    expect([operation.outcome, extension.provisioningState]).toEqual(["Succeeded", "Succeeded"]);
    world.settle(END + 59_999);
    expect(extension.provisioningState).toBe("Succeeded");
    world.settle(END + 60_000);
    expect(extension.provisioningState).toBe("Failed");
    expect(extension.instanceView).toMatchObject({ code: "9", message: "gone" });
  });
});

it("removes an extension at the end of its delete, and keeps the device", () => {
  const world = testWorld();
  put(world, "ams-app-0001");
  world.settle(END);
  const devices = world.devices.length;
  start(world, "ams-app-0001", OPERATION_KINDS.extensionDelete, { id: "delete", startedAtMs: END });
  world.settle(END + QUEUED + RUNNING);
  expect(machineNamed(world, "ams-app-0001").extensions?.size).toBe(0);
  expect(world.devices.length).toBe(devices);
});

it("removes a machine with its identity, and keeps its name in the past", () => {
  const world = testWorld();
  const spec = machineNamed(world, "ams-app-0001");
  const resourceId = machineResourceId(spec);
  start(world, "ams-app-0001", OPERATION_KINDS.machineDelete, { resourceId });
  world.settle(END);
  expect(findMachine(world, resourceId)).toBeUndefined();
  expect(world.servicePrincipals.has(spec.principalId ?? "")).toBe(false);
  expect(spec.deletedAtMs).toBe(END);
});

it("runs the finish of an operation once", () => {
  const world = testWorld();
  let runs = 0;
  start(world, "ams-app-0001", "other", {
    finish: () => {
      runs += 1;
    },
  });
  world.settle(END);
  world.settle(END + 1);
  expect(runs).toBe(1);
});

it("writes the end into the activity log, with the asker's correlation", () => {
  const world = testWorld();
  const audit = {
    tenantId: "t",
    subscriptionId: "s",
    resourceId: "/r",
    operationName: "write",
    method: "PUT",
    caller: "olivia",
    callerObjectId: "o",
    correlationId: "c",
  };
  start(world, "ams-app-0001", OPERATION_KINDS.extensionPut, { audit });
  world.settle(END);
  expect(world.activity.at(-1)).toMatchObject({ ...audit, status: "Succeeded", at: new Date(END).toISOString() });
});
