import type { Caller } from "../core/contract.ts";
import type { Group, World } from "../world/types.ts";
import { denied } from "./errors.ts";

/** Delegated permissions of which one is enough, per kind of read. Source: azure-apis.md 10.2 and the permission tables of each call. */
const SUFFICIENT = {
  me: ["User.Read", "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  users: ["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  groups: ["GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  servicePrincipals: ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  devices: ["Device.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  directoryObjects: ["Directory.Read.All", "Directory.ReadWrite.All"],
  organization: [
    "User.Read",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
  auditLog: ["AuditLog.Read.All"],
  conditionalAccess: ["Policy.Read.ConditionalAccess", "Policy.Read.All"],
  directorySize: ["Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
} as const;

export type Area = keyof typeof SUFFICIENT;

/** Areas a guest may read with the default guest permissions of a tenant. */
const OPEN_TO_GUESTS = new Set<Area>(["me", "organization"]);

function grants(caller: Caller): string[] {
  if (caller.kind === "user") return caller.scopes;
  const { roles } = caller.claims;
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}

export function isGuest(world: World, caller: Caller): boolean {
  if (caller.kind !== "user") return false;
  const user = world.users.find((row) => row.id === caller.objectId && row.tenantId === caller.tenantId);
  return user?.userType === "Guest";
}

/** 403 when the token carries no sufficient permission, or when the person behind it is a guest. */
export function requireArea(world: World, caller: Caller, area: Area): void {
  const held = new Set(grants(caller).map((grant) => grant.toLowerCase()));
  if (!SUFFICIENT[area].some((permission) => held.has(permission.toLowerCase()))) throw denied();
  if (!OPEN_TO_GUESTS.has(area) && isGuest(world, caller)) throw denied();
}

/** 403 for people whom an option of the control API keeps out of the directory, as a tenant's own settings may. */
export function requireDirectoryReader(world: World, caller: Caller, area: Area, deniedTo: readonly string[]): void {
  if (OPEN_TO_GUESTS.has(area) || deniedTo.length === 0) return;
  const user = world.users.find((row) => row.id === caller.objectId && row.tenantId === caller.tenantId);
  const names = [user?.userPrincipalName, user?.mail].map((name) => name?.toLowerCase());
  if (deniedTo.some((name) => names.includes(name.toLowerCase()))) throw denied();
}

/** Members of a group with hidden membership need a permission of their own, to which nobody has consented. */
export function requireVisibleMembers(caller: Caller, group: Group): void {
  if (group.hasHiddenMembership !== true) return;
  if (!grants(caller).some((grant) => grant.toLowerCase() === "member.read.hidden")) throw denied();
}
