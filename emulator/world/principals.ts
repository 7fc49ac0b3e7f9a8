import { keyCredentialsOf } from "./certificate.ts";
import { machineResourceId } from "./ids.ts";
import { stableGuid } from "./random.ts";
import { tenantOfSubscription } from "./tenancy.ts";
import type { MachineSpec, ServicePrincipal, World } from "./types.ts";

/**
 * Registers the managed identity of a machine. keyCredentials is a getter, so it follows the clock that the world was
 * last settled to; it copies like a plain value.
 */
export function addMachinePrincipal(world: World, spec: MachineSpec, createdAtMs: number = spec.createdAtMs): void {
  if (spec.principalId === null) return;
  const appId = stableGuid(world.seed, `app:${spec.principalId}`);
  const principal: ServicePrincipal = {
    id: spec.principalId,
    tenantId: tenantOfSubscription(world, spec.subscriptionId),
    appId,
    displayName: spec.name,
    servicePrincipalType: "ManagedIdentity",
    accountEnabled: true,
    alternativeNames: ["isExplicit=False", machineResourceId(spec).replace("/resourceGroups/", "/resourcegroups/")],
    createdDateTime: `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`,
    get keyCredentials() {
      return keyCredentialsOf(world, spec, appId);
    },
  };
  world.servicePrincipals.set(spec.principalId, principal);
  world.revision += 1;
}

export function removeMachinePrincipal(world: World, spec: MachineSpec): void {
  if (spec.principalId !== null) world.servicePrincipals.delete(spec.principalId);
  world.revision += 1;
}

/** Switches the system-assigned identity on with a new object, as Azure does after every switch-off. */
export function enableIdentity(world: World, spec: MachineSpec, principalId: string, nowMs: number): void {
  spec.principalId = principalId;
  spec.certificateStartMs = nowMs - CLOCK_SKEW_MS;
  spec.renewalStuckSinceMs = null;
  addMachinePrincipal(world, spec, nowMs);
}

/** Recorded certificates start about five minutes before the identity was created. */
const CLOCK_SKEW_MS = 5 * 60_000;
