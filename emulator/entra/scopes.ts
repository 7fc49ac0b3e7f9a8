import { isLoopbackOrigin } from "../core/authenticate.ts";
import type { CloudFacts } from "../core/clouds.ts";
import type { AppRegistration, World } from "../world/types.ts";
import { EntraError } from "./errors.ts";

export type Resource = { kind: "arm" | "graph" | "api"; audience: string; app: AppRegistration | null };
export type ResolvedScopes = { resource: Resource; permissions: string[]; openId: string[]; isDefault: boolean };

const OPEN_ID_SCOPES = ["openid", "profile", "email", "offline_access"];

/** Delegated Graph permissions that the administrator of both tenants has consented to for the registered applications. */
export const CONSENTED_GRAPH_SCOPES = [
  "Application.Read.All",
  "AuditLog.Read.All",
  "Device.Read.All",
  "Directory.Read.All",
  "GroupMember.Read.All",
  "Organization.Read.All",
  "Policy.Read.ConditionalAccess",
  "User.Read",
  "User.Read.All",
  "User.ReadBasic.All",
];

/** Graph permissions that exist and to which nobody has consented. */
const KNOWN_GRAPH_SCOPES = [
  "DeviceLocalCredential.Read.All",
  "DeviceLocalCredential.ReadBasic.All",
  "Directory.ReadWrite.All",
  "Group.Read.All",
  "Group.ReadWrite.All",
  "Mail.Read",
  "Member.Read.Hidden",
  "Policy.Read.All",
  "User.ReadWrite.All",
];

const ARM_SCOPES = ["user_impersonation"];

export type ScopeArgs = {
  world: World;
  cloud: CloudFacts;
  tenantName: string;
  clientId: string;
  /** Graph permissions with consent besides the usual ones. */
  consented: readonly string[];
};

type Named = { resource: string; permission: string };

function splitScope(scope: string, cloud: CloudFacts): Named {
  const at = scope.lastIndexOf("/");
  // A bare name is a Graph permission.
  if (at < 0) return { resource: cloud.graph, permission: scope };
  return { resource: scope.slice(0, at), permission: scope.slice(at + 1) };
}

function bare(resource: string): string {
  return resource.replace(/\/+$/, "").toLowerCase();
}

function findResource(args: { world: World; cloud: CloudFacts; tenantName: string }, name: string): Resource {
  const wanted = bare(name);
  const { cloud } = args;
  if (cloud.armAudiences.includes(wanted)) {
    const classic = wanted.includes("management.core.");
    return { kind: "arm", audience: classic ? `${wanted}/` : `${cloud.arm}/`, app: null };
  }
  if (cloud.graphAudiences.includes(wanted)) return { kind: "graph", audience: cloud.graph, app: null };
  if (isLoopbackOrigin(wanted)) return { kind: "arm", audience: `${wanted}/`, app: null };
  const app = args.world.apps.find(
    (row) =>
      row.exposedScopes.length > 0 &&
      (row.appId === wanted || row.identifierUris.some((identifier) => bare(identifier) === wanted)),
  );
  if (app === undefined) throw new EntraError(500011, [name, args.tenantName]);
  return { kind: "api", audience: app.appId, app };
}

function offered(resource: Resource, consented: readonly string[]): readonly string[] {
  if (resource.kind === "arm") return ARM_SCOPES;
  return resource.kind === "graph" ? [...CONSENTED_GRAPH_SCOPES, ...consented] : (resource.app?.exposedScopes ?? []);
}

function checkPermission(
  resource: Resource,
  permission: string,
  { clientId, consented }: Pick<ScopeArgs, "clientId" | "consented">,
  scope: string,
): void {
  const has = (list: readonly string[]) => list.some((entry) => entry.toLowerCase() === permission.toLowerCase());
  if (has(offered(resource, consented))) return;
  if (resource.kind === "graph" && has(KNOWN_GRAPH_SCOPES)) {
    throw new EntraError(65001, [clientId], { suberror: "consent_required" });
  }
  throw new EntraError(70011, [scope]);
}

/** The one resource that the scopes name, and the permissions that the token will carry. Refuses two resources and unknown names. */
export function resolveScopes(args: ScopeArgs, scopes: readonly string[]): ResolvedScopes {
  const openId = scopes.filter((scope) => OPEN_ID_SCOPES.includes(scope.toLowerCase()));
  const wanted = scopes.filter((scope) => !OPEN_ID_SCOPES.includes(scope.toLowerCase()));
  if (scopes.length === 0) throw new EntraError(70011, [""]);
  if (wanted.length === 0) {
    return { resource: findResource(args, args.cloud.graph), permissions: ["User.Read"], openId, isDefault: false };
  }
  const named = wanted.map((scope) => splitScope(scope, args.cloud));
  const [first] = named;
  if (first === undefined) throw new EntraError(70011, [scopes.join(" ")]);
  if (named.some((entry) => bare(entry.resource) !== bare(first.resource))) throw new EntraError(28000, [scopes.join(" ")]);
  const resource = findResource(args, first.resource);
  const isDefault = named.some((entry) => entry.permission === ".default");
  if (isDefault) return { resource, permissions: [...offered(resource, args.consented)], openId, isDefault };
  for (const [index, entry] of named.entries()) checkPermission(resource, entry.permission, args, wanted[index] ?? "");
  return { resource, permissions: named.map((entry) => entry.permission), openId, isDefault };
}
