import { accessAssignments } from "./access-seeds.ts";
import { seedActivity } from "./activity-seeds.ts";
import { addBranchDevices, branchMachines, branchSubscriptions } from "./branches.ts";
import { denyAssignments } from "./deny-seeds.ts";
import { addElevationHistory } from "./elevation-history.ts";
import { seedElevation } from "./elevation-requests.ts";
import { standingElevations } from "./elevation-seeds.ts";
import { lowerMachineId, shownMachineId } from "./ids.ts";
import { addLargeAccess } from "./large-access.ts";
import { seedMachines } from "./machines.ts";
import { addDevice, registerDevice } from "./outcome.ts";
import { allGroups, allUsers } from "./people.ts";
import { emptyPim } from "./pim-types.ts";
import { GROUP_IDS, managementGroupScope, managementGroups, type SubscriptionKey, subscriptions, TENANTS } from "./places.ts";
import { addPortalApp } from "./portal-app.ts";
import { addMachinePrincipal } from "./principals.ts";
import { stableGuid } from "./random.ts";
import { GUEST_RESOURCE_GROUP, ROLE_IDS, roleAssignments, roleDefinitions, toAssignment } from "./roles.ts";
import { roleSchedules, scheduledAssignments } from "./schedule-seeds.ts";
import { OPERATION_KINDS, settleWorld } from "./settle.ts";
import { SPECIAL_MACHINES } from "./special-machines.ts";
import type { AppRegistration, Cloud, MachineSpec, ResourceGroup, World } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID, PORTAL_CLIENT_ID, PORTAL_CLIENT_SECRET } from "./types.ts";
import { accessResources, vaultSecrets } from "./vault-seeds.ts";

export type WorldInput = {
  seed: number;
  machines: number;
  nowMs: number;
  cloud?: Cloud;
  /** Role assignments and groups besides those of every world; with either the directory gains 10,000 people. */
  assignments?: number;
  groups?: number;
  /** Servers of branch offices besides `machines`, all fit for Entra sign-in but a listed few. */
  branches?: number;
  /** Server on which the portal runs: its identity may read everything and write extensions in production. */
  portalHost?: string;
  /** The portal runs as a container app, with an identity that may read everything. */
  portalApp?: boolean;
};

/** Client id of the credential that onboards servers with azcmagent. */
export const ONBOARDING_CLIENT_ID = "10ca1a2e-0000-4000-8000-0000000000a2";
export const ONBOARDING_CLIENT_SECRET = "local-azure-only-onboarding-secret";

/**
 * Makes the invented cloud: `machines` servers in Contoso and a handful in Fabrikam. The same input gives the same
 * world; the clock enters only as the moment from which ages count back.
 */
export function createWorld(input: WorldInput): World {
  const { seed, nowMs } = input;
  const cloud = input.cloud ?? "public";
  const branches = input.branches ?? 0;
  const subs = subscriptions(input.machines);
  const subscriptionIds = new Map<SubscriptionKey, string>(subs.map((sub) => [sub.key, sub.id]));
  const machines = seedMachines({ seed, cloud, machines: input.machines, nowMs, subscriptionIds });
  machines.push(...branchMachines({ seed, cloud, nowMs, count: branches, firstIndex: machines.length }));
  const users = allUsers(seed);
  const schedules = roleSchedules(seed, nowMs);
  const onboardingId = stableGuid(seed, "sp:onboarding");
  const world: World = {
    seed,
    cloud,
    time: { nowMs },
    revision: 1,
    tenants: [...TENANTS],
    apps: apps(),
    users,
    groups: allGroups(seed, users),
    servicePrincipals: new Map(),
    devices: [],
    managementGroups: managementGroups(),
    subscriptions: [...subs.map(({ key: _, ...sub }) => sub), ...branchSubscriptions(branches)],
    resourceGroups: resourceGroups(machines, subscriptionIds),
    machines,
    roleDefinitions: roleDefinitions(),
    roleAssignments: [
      ...roleAssignments(seed, nowMs, users, onboardingId),
      ...accessAssignments(seed, nowMs),
      ...scheduledAssignments(schedules),
      ...standingElevations(seed, nowMs),
    ],
    denyAssignments: denyAssignments(seed, nowMs),
    roleSchedules: schedules,
    pim: emptyPim(),
    resources: accessResources(cloud, machines[0]?.location ?? "westeurope"),
    vaultSecrets: vaultSecrets(),
    operations: new Map(),
    extensionWrites: new Map(),
    activity: [],
    machineById: new Map(),
    settle(this: World, untilMs: number): void {
      settleWorld(this, untilMs);
    },
  };
  addApplications(world, onboardingId);
  for (const spec of machines) {
    world.machineById.set(lowerMachineId(spec), spec.index);
    addMachinePrincipal(world, spec);
  }
  if (input.portalHost !== undefined) grantHost(world, input.portalHost, nowMs);
  if (input.portalApp === true) addPortalApp(world, nowMs);
  addLargeAccess(world, { assignments: input.assignments ?? 0, groups: input.groups ?? 0 }, nowMs);
  addDevices(world);
  addWaitingOperations(world);
  world.activity = seedActivity(world, nowMs);
  world.pim = seedElevation(world, nowMs);
  addElevationHistory(world, world.pim, nowMs);
  return world;
}

function apps(): AppRegistration[] {
  return [
    {
      appId: PORTAL_CLIENT_ID,
      tenantId: CONTOSO_TENANT_ID,
      displayName: "Arcwarden portal",
      spaRedirectUris: ["http://localhost/auth/redirect", "http://127.0.0.1/auth/redirect"],
      webRedirectUris: [],
      secrets: [PORTAL_CLIENT_SECRET],
      certificates: [],
      federated: [],
      identifierUris: [`api://${PORTAL_CLIENT_ID}`],
      exposedScopes: ["access_as_user"],
    },
    {
      appId: ONBOARDING_CLIENT_ID,
      tenantId: CONTOSO_TENANT_ID,
      displayName: "Arc onboarding",
      spaRedirectUris: [],
      webRedirectUris: [],
      secrets: [ONBOARDING_CLIENT_SECRET],
      certificates: [],
      federated: [],
      identifierUris: [],
      exposedScopes: [],
    },
  ];
}

function addApplications(world: World, onboardingId: string): void {
  const add = (id: string, tenantId: string, appId: string, displayName: string): void => {
    world.servicePrincipals.set(id, {
      id,
      tenantId,
      appId,
      displayName,
      servicePrincipalType: "Application",
      accountEnabled: true,
      alternativeNames: [],
      createdDateTime: "2025-01-15T08:00:00Z",
      keyCredentials: [],
    });
  };
  add(stableGuid(1, "sp:portal:contoso"), CONTOSO_TENANT_ID, PORTAL_CLIENT_ID, "Arcwarden portal");
  add(stableGuid(1, "sp:portal:fabrikam"), FABRIKAM_TENANT_ID, PORTAL_CLIENT_ID, "Arcwarden portal");
  add(onboardingId, CONTOSO_TENANT_ID, ONBOARDING_CLIENT_ID, "Arc onboarding");
}

/** Groups that hold machines, the guest's group and one for shared identities. */
function resourceGroups(machines: readonly MachineSpec[], ids: Map<SubscriptionKey, string>): ResourceGroup[] {
  const groups = new Map<string, ResourceGroup>();
  const add = (subscriptionId: string, name: string, location: string): void => {
    const key = `${subscriptionId}/${name.toLowerCase()}`;
    if (!groups.has(key)) groups.set(key, { subscriptionId, name, location, tags: {} });
  };
  for (const spec of machines) add(spec.subscriptionId, spec.resourceGroup, spec.location);
  const home = machines[0]?.location ?? "westeurope";
  add(ids.get("nonProd2") ?? "", GUEST_RESOURCE_GROUP, home);
  for (const key of ["prodEu1", "platform"] as const) add(ids.get(key) ?? "", "rg-identities", home);
  return [...groups.values()];
}

/** What an administrator gives to the identity with which the portal works by itself. */
function grantHost(world: World, name: string, nowMs: number): void {
  const principalId = world.machines.find((spec) => spec.name === name)?.principalId;
  if (principalId === undefined || principalId === null) throw new Error(`there is no server ${name} with an identity`);
  const grant = (role: string, group: string): void => {
    const note = "Identity of the portal";
    const scope = managementGroupScope(group);
    world.roleAssignments.push(toAssignment({ scope, role, principalId, kind: "ServicePrincipal", note }, nowMs));
  };
  grant(ROLE_IDS.reader, GROUP_IDS.contosoRoot);
  grant(ROLE_IDS.machineAdministrator, GROUP_IDS.production);
}

/** Device objects of machines that joined, and those of strangers that hold the host name of a machine. */
function addDevices(world: World): void {
  for (const spec of world.machines) {
    const signIn = spec.extensions?.get("aadlogin");
    if (signIn?.provisioningState === "Succeeded") registerDevice(world, spec, spec.certificateStartMs);
  }
  for (const special of SPECIAL_MACHINES) {
    const spec = world.machines.find((candidate) => candidate.name === special.name);
    if (special.deviceClash !== true || spec === undefined) continue;
    const deviceId = stableGuid(world.seed, `stranger:${spec.name}`);
    addDevice(world, spec, { deviceId, trustType: "AzureAd", registeredMs: spec.certificateStartMs });
  }
  addBranchDevices(world);
}

/** A write that reached Azure while the machine was silent; it goes on when the machine comes back. */
function addWaitingOperations(world: World): void {
  for (const spec of world.machines) {
    for (const extension of spec.extensions?.values() ?? []) {
      if (extension.provisioningState !== "Creating") continue;
      const resourceId = `${shownMachineId(spec)}/extensions/${extension.name}`;
      const id = stableGuid(world.seed, `operation:${resourceId}`);
      world.operations.set(id, {
        id,
        kind: OPERATION_KINDS.extensionPut,
        resourceId,
        location: spec.location,
        startedAtMs: spec.offlineSinceMs ?? world.time.nowMs,
        queuedMs: 0,
        runningMs: WAITING_RUN_MS,
        outcome: "never",
        error: null,
        finish: null,
        finished: false,
      });
    }
  }
}

const WAITING_RUN_MS = 4_000;
