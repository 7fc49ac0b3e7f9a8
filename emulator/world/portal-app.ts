import { GROUP_IDS, managementGroupScope } from "./places.ts";
import { stableGuid } from "./random.ts";
import { ROLE_IDS, toAssignment } from "./roles.ts";
import { CONTOSO_TENANT_ID, type World } from "./types.ts";

/** Managed identity of the container app in which the portal runs: object id, and the app's own id. */
export const PORTAL_APP_ID = stableGuid(1, "sp:portal-app");
export const PORTAL_APP_CLIENT_ID = stableGuid(1, "app:portal-app");
export const PORTAL_APP_RESOURCE =
  "/subscriptions/10ca1a2e-0000-4000-8000-0000000000aa/resourcegroups/rg-portal/providers/Microsoft.App/containerApps/arcwarden";

/** The identity, with the least role that reads requests, assignments and the activity log everywhere. */
export function addPortalApp(world: World, nowMs: number): void {
  world.servicePrincipals.set(PORTAL_APP_ID, {
    id: PORTAL_APP_ID,
    tenantId: CONTOSO_TENANT_ID,
    appId: PORTAL_APP_CLIENT_ID,
    displayName: "arcwarden",
    servicePrincipalType: "ManagedIdentity",
    accountEnabled: true,
    alternativeNames: ["isExplicit=False", PORTAL_APP_RESOURCE],
    createdDateTime: "2025-01-15T08:00:00Z",
    keyCredentials: [],
  });
  const scope = managementGroupScope(GROUP_IDS.contosoRoot);
  const grant = { scope, role: ROLE_IDS.reader, principalId: PORTAL_APP_ID, kind: "ServicePrincipal" as const, note: "Portal" };
  world.roleAssignments.push(toAssignment(grant, nowMs));
}
