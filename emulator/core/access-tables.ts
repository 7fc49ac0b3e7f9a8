import type { Group, RoleAssignment, RoleDefinition, World } from "../world/types.ts";
import { compileActionPattern } from "./wildcard.ts";

export type CompiledPermission = {
  allow: RegExp[];
  deny: RegExp[];
  dataAllow: RegExp[];
  dataDeny: RegExp[];
  condition: string | null;
};
type IndexedAssignment = { scope: string; role: string; assignment: RoleAssignment };

/** Tables derived from one world; each is made anew when what it comes from has changed. */
export type AccessTables = {
  /** The principal itself and every group it is in, directly or through groups. */
  principalIds(objectId: string): ReadonlySet<string>;
  /** Rows of one principal, whatever their times. */
  assignmentsOf(principalId: string): readonly IndexedAssignment[];
  permissionsOf(roleGuid: string): readonly CompiledPermission[] | undefined;
  role(roleGuid: string): RoleDefinition | undefined;
};

const tables = new WeakMap<World, AccessTables>();

export function accessTables(world: World): AccessTables {
  const known = tables.get(world);
  if (known !== undefined) return known;
  const roles = createRoleLookup(world);
  const made = { ...roles, assignmentsOf: createAssignmentLookup(world), principalIds: createGroupLookup(world) };
  tables.set(world, made);
  return made;
}

export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** Lower case, one leading slash, none at the end; the tenant root is "/". */
export function normaliseScope(scope: string): string {
  const joined = scope.toLowerCase().split("/").filter(Boolean).join("/");
  return `/${joined}`;
}

type Permissions = Pick<RoleDefinition["permissions"][number], "actions" | "notActions" | "dataActions" | "notDataActions"> & {
  condition?: string | null;
};

export function compilePermission(entry: Permissions): CompiledPermission {
  return {
    allow: entry.actions.map(compileActionPattern),
    deny: entry.notActions.map(compileActionPattern),
    dataAllow: entry.dataActions.map(compileActionPattern),
    dataDeny: entry.notDataActions.map(compileActionPattern),
    condition: entry.condition ?? null,
  };
}

/** notActions take away only from the entry they stand in, so another entry or role may still allow. */
export function permits(entry: CompiledPermission, action: string, dataAction: boolean): boolean {
  const allow = dataAction ? entry.dataAllow : entry.allow;
  const deny = dataAction ? entry.dataDeny : entry.deny;
  return allow.some((pattern) => pattern.test(action)) && !deny.some((pattern) => pattern.test(action));
}

function createRoleLookup(world: World): Pick<AccessTables, "permissionsOf" | "role"> {
  const compiled = new WeakMap<RoleDefinition["permissions"], CompiledPermission[]>();
  let roles: readonly RoleDefinition[] = [];
  let count = -1;
  let byId = new Map<string, RoleDefinition>();
  const role = (roleGuid: string): RoleDefinition | undefined => {
    if (roles !== world.roleDefinitions || count !== world.roleDefinitions.length) {
      roles = world.roleDefinitions;
      count = roles.length;
      byId = new Map(roles.map((row) => [lastSegment(row.id), row]));
    }
    return byId.get(roleGuid);
  };
  return {
    role,
    permissionsOf: (roleGuid) => {
      const found = role(roleGuid);
      if (found === undefined) return undefined;
      const permissions = compiled.get(found.permissions) ?? found.permissions.map(compilePermission);
      compiled.set(found.permissions, permissions);
      return permissions;
    },
  };
}

function createAssignmentLookup(world: World): AccessTables["assignmentsOf"] {
  let list: readonly RoleAssignment[] = [];
  let count = -1;
  let last: RoleAssignment | undefined;
  let byPrincipal = new Map<string, IndexedAssignment[]>();
  return (principalId) => {
    const now = world.roleAssignments;
    if (list !== now || count > now.length || (count > 0 && now[count - 1] !== last)) {
      [list, count, byPrincipal] = [now, 0, new Map()];
    }
    // Rows are only appended or the list is cut, so growth is indexed without a rebuild.
    for (; count < now.length; count += 1) {
      const assignment = now[count];
      if (assignment === undefined) continue;
      const key = assignment.principalId.toLowerCase();
      const row = { scope: normaliseScope(assignment.scope), role: lastSegment(assignment.roleDefinitionGuid), assignment };
      const rows = byPrincipal.get(key);
      if (rows === undefined) byPrincipal.set(key, [row]);
      else rows.push(row);
    }
    last = now.at(-1);
    return byPrincipal.get(principalId) ?? [];
  };
}

function createGroupLookup(world: World): AccessTables["principalIds"] {
  let stamp = "";
  let list: readonly Group[] = [];
  let parents = new Map<string, string[]>();
  const closures = new Map<string, ReadonlySet<string>>();
  return (objectId) => {
    let members = 0;
    for (const group of world.groups) members += group.memberIds.length;
    const seen = `${world.groups.length}/${members}/${world.revision}`;
    if (list !== world.groups || seen !== stamp) {
      list = world.groups;
      stamp = seen;
      closures.clear();
      parents = new Map();
      for (const group of world.groups) {
        const id = group.id.toLowerCase();
        for (const member of group.memberIds) {
          const key = member.toLowerCase();
          const known = parents.get(key);
          if (known === undefined) parents.set(key, [id]);
          else known.push(id);
        }
      }
    }
    const start = objectId.toLowerCase();
    const known = closures.get(start);
    if (known !== undefined) return known;
    const closure = new Set([start]);
    for (const id of closure) for (const parent of parents.get(id) ?? []) closure.add(parent);
    closures.set(start, closure);
    return closure;
  };
}
