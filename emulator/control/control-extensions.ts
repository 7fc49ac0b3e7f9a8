import { runningWrite } from "../world/extension-history.ts";
import { shownMachineId } from "../world/ids.ts";
import { deviceIdOf } from "../world/outcome.ts";
import { computerNameOf } from "../world/render.ts";
import { isReachable } from "../world/status.ts";
import { tenantOfSubscription } from "../world/tenancy.ts";
import type { Device, MachineSpec, World, WriteCount } from "../world/types.ts";
import type { ControlAnswer, ControlCall } from "./control-calls.ts";

export type ExtensionRecord = {
  name: string;
  publisher: string;
  type: string;
  typeHandlerVersion: string;
  provisioningState: string;
  settings: Record<string, unknown>;
  code: string | null;
  message: string | null;
};

/** What Azure holds about the extensions of one machine, and what was written to it. */
export type MachineRecord = Omit<WriteCount, "machineId"> & {
  machineId: string;
  name: string;
  subscriptionId: string;
  resourceGroup: string;
  deleted: boolean;
  reachable: boolean;
  /** An accepted write has not ended. */
  running: boolean;
  extensions: ExtensionRecord[];
  /** Device objects with the computer name of the machine. */
  devices: { deviceId: string; trustType: string; own: boolean }[];
};

/** GET /extensions?subscriptionId=&group=&name=: machines with extensions or writes, deleted ones too. */
export function readExtensions({ state, query }: ControlCall): ControlAnswer {
  const { world, clock } = state.instance;
  const nowMs = clock.nowMs();
  world.settle(nowMs);
  const wanted = {
    subscriptionId: query.get("subscriptionId")?.toLowerCase(),
    group: query.get("group")?.toLowerCase(),
    name: query.get("name")?.toLowerCase(),
  };
  const devices = devicesByName(world);
  const machines = world.machines.filter((spec) => {
    if (wanted.subscriptionId !== undefined && spec.subscriptionId !== wanted.subscriptionId) return false;
    if (wanted.group !== undefined && spec.resourceGroup.toLowerCase() !== wanted.group) return false;
    if (wanted.name !== undefined) return spec.name.toLowerCase() === wanted.name;
    return (spec.extensions?.size ?? 0) > 0 || world.extensionWrites.has(shownMachineId(spec).toLowerCase());
  });
  return { status: 200, body: { machines: machines.map((spec) => recordOf(world, spec, devices, nowMs)) } };
}

const deviceKey = (tenantId: string, name: string) => `${tenantId}/${name.toLowerCase()}`;

function devicesByName(world: World): Map<string, Device[]> {
  const found = new Map<string, Device[]>();
  for (const device of world.devices) {
    const key = deviceKey(device.tenantId, device.displayName);
    found.set(key, [...(found.get(key) ?? []), device]);
  }
  return found;
}

const NOTHING_WRITTEN = { puts: 0, patches: 0, deletes: 0, upgrades: 0, overlapping: 0, refused: 0 };

function recordOf(world: World, spec: MachineSpec, devices: Map<string, Device[]>, nowMs: number): MachineRecord {
  const machineId = shownMachineId(spec);
  const own = deviceIdOf(world, spec);
  const named = devices.get(deviceKey(tenantOfSubscription(world, spec.subscriptionId), computerNameOf(spec))) ?? [];
  return {
    ...NOTHING_WRITTEN,
    ...world.extensionWrites.get(machineId.toLowerCase()),
    machineId,
    name: spec.name,
    subscriptionId: spec.subscriptionId,
    resourceGroup: spec.resourceGroup,
    deleted: spec.deletedAtMs !== null,
    reachable: isReachable(spec, nowMs),
    running: runningWrite(world, machineId) !== undefined,
    extensions: [...(spec.extensions?.values() ?? [])].map((row) => ({
      name: row.name,
      publisher: row.publisher,
      type: row.type,
      typeHandlerVersion: row.typeHandlerVersion,
      provisioningState: row.provisioningState,
      settings: row.settings,
      code: row.instanceView?.code ?? null,
      message: row.instanceView?.message ?? null,
    })),
    devices: named.map(({ deviceId, trustType }) => ({ deviceId, trustType, own: deviceId === own })),
  };
}
