import { certificateAt, DAY_MS, RENEW_AT_DAYS } from "./certificate.ts";
import { type ExtensionPatch, patchExtensionOf } from "./extension-history.ts";
import { deviceIdOf } from "./outcome.ts";
import { addMachinePrincipal, removeMachinePrincipal } from "./principals.ts";
import { stableGuid } from "./random.ts";
import { removeMachine } from "./settle.ts";
import type { ExtensionOutcome, MachineSpec, World } from "./types.ts";

/** What the control API may change about a machine. Absent keys stay as they are. */
export type MachinePatch = {
  /** Dotted paths into the wire JSON, for example {"properties.agentConfiguration.configMode": "monitor"}; {"$remove": true} deletes. */
  overrides?: Record<string, unknown>;
  /** How the next extension operations end; null = the machine's facts decide again. */
  extensionOutcome?: ExtensionOutcome | null;
  /** Connected and Disconnected move the heartbeat; any other text is shown as it is; null lets the clock decide. */
  status?: string | null;
  /** Heartbeats stopped this long ago; null = they arrive again. */
  offlineForMs?: number | null;
  /** End of the newest certificate, counted from now. */
  certificateDaysLeft?: number;
  /** Renewal fails from now on although heartbeats arrive. */
  renewalStuck?: boolean;
  identity?: "None" | "SystemAssigned";
  registrationBlocked?: boolean;
  identityEndpointSilent?: boolean;
  hasOldLoginPackage?: boolean;
  joinedWithoutDevice?: boolean;
  /** Somebody else changes or removes an extension, without Resource Manager being asked through this address. */
  extension?: ExtensionPatch;
  /** Somebody deletes the device object that the machine registered. */
  deviceRemoved?: true;
  /** Somebody deletes the machine in Azure. */
  deleted?: true;
};

/** Changes a machine by name; false when no such machine exists. */
export function patchMachine(world: World, name: string, patch: MachinePatch): boolean {
  const wanted = name.toLowerCase();
  const spec = world.machines.find((candidate) => candidate.deletedAtMs === null && candidate.name.toLowerCase() === wanted);
  if (spec === undefined) return false;
  const nowMs = world.time.nowMs;
  if (patch.overrides !== undefined) spec.overrides = { ...spec.overrides, ...patch.overrides };
  if (patch.extensionOutcome !== undefined) spec.extensionOutcome = patch.extensionOutcome;
  for (const trait of TRAITS) if (patch[trait] !== undefined) spec[trait] = patch[trait];
  if (patch.extension !== undefined) patchExtensionOf(spec, patch.extension, nowMs);
  if (patch.deviceRemoved === true) removeDevice(world, spec);
  if (patch.status !== undefined) patchStatus(spec, patch.status, nowMs);
  if (patch.offlineForMs !== undefined) patchOffline(spec, patch.offlineForMs, nowMs);
  if (patch.renewalStuck !== undefined) patchStuck(spec, patch.renewalStuck, nowMs);
  if (patch.certificateDaysLeft !== undefined) patchCertificate(spec, patch.certificateDaysLeft, nowMs);
  if (patch.identity !== undefined) patchIdentity(world, spec, patch.identity);
  if (patch.deleted === true) removeMachine(world, spec, nowMs);
  world.revision += 1;
  return true;
}

const TRAITS = ["registrationBlocked", "identityEndpointSilent", "hasOldLoginPackage", "joinedWithoutDevice"] as const;

function removeDevice(world: World, spec: MachineSpec): void {
  const own = deviceIdOf(world, spec);
  world.devices = world.devices.filter((device) => device.deviceId !== own);
}

function patchStatus(spec: MachineSpec, status: string | null, nowMs: number): void {
  spec.forcedStatus = null;
  if (status === "Connected") patchOffline(spec, null, nowMs);
  else if (status === "Disconnected") patchOffline(spec, 60 * 60_000, nowMs);
  else spec.forcedStatus = status;
}

function patchOffline(spec: MachineSpec, offlineForMs: number | null, nowMs: number): void {
  if (offlineForMs !== null) {
    rebaseCertificate(spec, nowMs - offlineForMs);
    spec.offlineSinceMs = nowMs - offlineForMs;
  } else if (spec.offlineSinceMs !== null) {
    rebaseCertificate(spec, nowMs);
    spec.offlineSinceMs = null;
  }
}

/** A returning agent renews at once when 45 days or less are left; otherwise it keeps what it has. */
function rebaseCertificate(spec: MachineSpec, atMs: number): void {
  const current = certificateAt(spec, atMs);
  spec.certificateStartMs = current.endMs - atMs <= RENEW_AT_DAYS * DAY_MS ? atMs : current.startMs;
}

function patchStuck(spec: MachineSpec, stuck: boolean, nowMs: number): void {
  if (stuck) spec.certificateStartMs = certificateAt(spec, nowMs).startMs;
  else rebaseCertificate(spec, nowMs);
  spec.renewalStuckSinceMs = stuck ? nowMs : null;
}

/** A connected agent would roll a certificate inside the window at once, so such a wish stops its renewal too. */
function patchCertificate(spec: MachineSpec, daysLeft: number, nowMs: number): void {
  spec.certificateStartMs = nowMs + (daysLeft - 2 * RENEW_AT_DAYS) * DAY_MS;
  if (daysLeft <= RENEW_AT_DAYS && spec.offlineSinceMs === null) spec.renewalStuckSinceMs = spec.certificateStartMs;
}

function patchIdentity(world: World, spec: MachineSpec, identity: "None" | "SystemAssigned"): void {
  if (identity === "None") {
    removeMachinePrincipal(world, spec);
    spec.principalId = null;
  } else if (spec.principalId === null) {
    spec.principalId = stableGuid(world.seed, `principal:${spec.name}:${world.revision}`);
    addMachinePrincipal(world, spec, world.time.nowMs);
  }
}

/** Opaque copy of everything that requests and control calls can change. */
export type WorldSnapshot = {
  data: Omit<World, "settle" | "servicePrincipals" | "time">;
  principals: Principals;
  nowMs: number;
};
type Principals = { plain: World["servicePrincipals"]; disabled: string[]; createdAt: Map<string, string> };

export function snapshotWorld(world: World): WorldSnapshot {
  return { data: cloneData(world), principals: clonePrincipals(world), nowMs: world.time.nowMs };
}

/** Puts the world back, in place, so that everyone who holds it sees the old state. The snapshot can be used again. */
export function restoreWorld(world: World, snapshot: WorldSnapshot): void {
  const revision = world.revision + 1;
  Object.assign(world, structuredClone(snapshot.data));
  world.revision = revision;
  world.time.nowMs = snapshot.nowMs;
  world.servicePrincipals = structuredClone(snapshot.principals.plain);
  for (const spec of world.machines) {
    if (spec.deletedAtMs !== null || spec.principalId === null) continue;
    addMachinePrincipal(world, spec);
    const principal = world.servicePrincipals.get(spec.principalId);
    if (principal === undefined) continue;
    principal.createdDateTime = snapshot.principals.createdAt.get(spec.principalId) ?? principal.createdDateTime;
    principal.accountEnabled = !snapshot.principals.disabled.includes(spec.principalId);
  }
}

/** Takes over the content of another world, for a reset under running listeners. */
export function replaceWorld(world: World, next: World): void {
  const revision = world.revision + 1;
  Object.assign(world, next);
  world.revision = revision;
}

function cloneData(world: World): WorldSnapshot["data"] {
  const operations = new Map([...world.operations].map(([id, operation]) => [id, { ...operation, finish: null }]));
  const { settle: _settle, servicePrincipals: _principals, time: _time, ...data } = world;
  return structuredClone({ ...data, operations });
}

function clonePrincipals(world: World): Principals {
  const machinePrincipals = new Set(world.machines.map((spec) => spec.principalId));
  const plain: World["servicePrincipals"] = new Map();
  const disabled: string[] = [];
  const createdAt = new Map<string, string>();
  for (const [id, principal] of world.servicePrincipals) {
    if (!machinePrincipals.has(id)) plain.set(id, structuredClone(principal));
    else if (!principal.accountEnabled) disabled.push(id);
    createdAt.set(id, principal.createdDateTime);
  }
  return { plain, disabled, createdAt };
}
