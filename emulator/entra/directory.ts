import type { AppRegistration, ServicePrincipal, Tenant, User, World } from "../world/types.ts";
import { EntraError } from "./errors.ts";

export const SHARED_SEGMENTS = ["common", "organizations", "consumers"];

/** The tenant of the first path segment: id or domain. Null for common and organizations. */
export function readTenant(world: World, segment: string): Tenant | null {
  const wanted = segment.toLowerCase();
  if (SHARED_SEGMENTS.includes(wanted)) return null;
  const tenant = world.tenants.find((row) => row.id === wanted || row.defaultDomain.toLowerCase() === wanted);
  if (tenant === undefined) throw new EntraError(90002, [segment]);
  return tenant;
}

export function findApp(world: World, clientId: string): AppRegistration | null {
  return world.apps.find((app) => app.appId === clientId.toLowerCase()) ?? null;
}

/** The application's service principal in a tenant. Without one the tenant does not know the application. */
export function findServicePrincipal(world: World, appId: string, tenantId: string): ServicePrincipal | null {
  for (const principal of world.servicePrincipals.values()) {
    if (principal.appId === appId && principal.tenantId === tenantId) return principal;
  }
  return null;
}

/** The registered application, present in the tenant when one is named. */
export function requireApp(world: World, clientId: string, tenant: Tenant | null): AppRegistration {
  const app = findApp(world, clientId);
  const isHome = tenant === null || app?.tenantId === tenant.id;
  if (app === null || (!isHome && findServicePrincipal(world, app.appId, tenant.id) === null)) {
    throw new EntraError(700016, [clientId, tenant?.displayName ?? "Local Azure"]);
  }
  return app;
}

export type HomeAccount = { homeObjectId: string; homeTenantId: string };

export function accountKey(account: HomeAccount): string {
  return `${account.homeObjectId}.${account.homeTenantId}`;
}

/** The row of a home account in a tenant: the same row at home, the guest row elsewhere. */
export function findInTenant(world: World, account: HomeAccount, tenantId: string): User | null {
  return (
    world.users.find(
      (user) =>
        user.tenantId === tenantId && user.homeObjectId === account.homeObjectId && user.homeTenantId === account.homeTenantId,
    ) ?? null
  );
}

/** The person behind a typed name. The home row comes first, so that a guest's mail finds the home account. */
export function findByLoginName(world: World, name: string): User | null {
  const wanted = name.trim().toLowerCase();
  if (wanted === "") return null;
  const hits = world.users.filter(
    (user) => user.userPrincipalName.toLowerCase() === wanted || user.mail?.toLowerCase() === wanted,
  );
  return hits.find((user) => user.tenantId === user.homeTenantId) ?? hits[0] ?? null;
}

/** Who may be chosen at this tenant's sign-in page: its personas, or everybody's home persona for common. */
export function personasFor(world: World, tenant: Tenant | null): User[] {
  return world.users.filter((user) => {
    if (user.persona === undefined) return false;
    return tenant === null ? user.tenantId === user.homeTenantId : user.tenantId === tenant.id;
  });
}

/** The signed-in account as a user of the tenant; refuses strangers and disabled accounts. */
export function requireUser(world: World, account: HomeAccount & { name: string }, tenantId: string, appId: string): User {
  const user = findInTenant(world, account, tenantId);
  if (user === null) {
    const home = world.tenants.find((row) => row.id === account.homeTenantId);
    const tenant = world.tenants.find((row) => row.id === tenantId);
    const provider = `https://sts.windows.net/${home?.id ?? account.homeTenantId}/`;
    throw new EntraError(50020, [account.name, provider, tenant?.displayName ?? tenantId, appId]);
  }
  const home = findInTenant(world, account, account.homeTenantId);
  if (!user.accountEnabled || home?.accountEnabled === false) throw new EntraError(50057);
  return user;
}
