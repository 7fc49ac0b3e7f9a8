import type { Device, Group, ServicePrincipal, User, World } from "../world/types.ts";
import { DEVICE, GROUP, SERVICE_PRINCIPAL, USER } from "./entities.ts";
import type { Entity } from "./entity.ts";

/** A directory object of any kind together with its entity, so that mixed lists can be rendered. */
export type DirectoryObject =
  | { kind: "user"; entity: Entity<User>; row: User }
  | { kind: "group"; entity: Entity<Group>; row: Group }
  | { kind: "servicePrincipal"; entity: Entity<ServicePrincipal>; row: ServicePrincipal }
  | { kind: "device"; entity: Entity<Device>; row: Device };

/** Objects of one tenant. Lists are ordered by id, which is what page tokens count on. */
export type Directory = {
  tenantId: string;
  users: User[];
  groups: Group[];
  servicePrincipals: ServicePrincipal[];
  devices: Device[];
  find(id: string): DirectoryObject | null;
  findUser(idOrName: string): User | null;
  /** Ids of the groups an object is in, directly or through groups; cycles are harmless. */
  groupsOf(id: string, isTransitive: boolean): Group[];
  /** Ordered by id; the list is shared by the pages of one reading. */
  membersOf(group: Group, isTransitive: boolean): readonly DirectoryObject[];
};

type Cached = { revision: number; principals: World["servicePrincipals"]; size: number; counts: string; directory: Directory };
const caches = new WeakMap<World, Map<string, Cached>>();

/** The directory of a tenant; rebuilt when stored objects have changed. */
export function directoryOf(world: World, tenantId: string): Directory {
  const byTenant = caches.get(world) ?? new Map<string, Cached>();
  caches.set(world, byTenant);
  const known = byTenant.get(tenantId);
  const { revision, servicePrincipals: principals } = world;
  const { size } = principals;
  const counts = `${world.users.length}/${world.groups.length}/${world.devices.length}`;
  if (known && known.revision === revision && known.principals === principals && known.size === size && known.counts === counts) {
    return known.directory;
  }
  const directory = build(world, tenantId);
  byTenant.set(tenantId, { revision, principals, size, counts, directory });
  return directory;
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** Member id -> groups that hold it directly. */
function holdersOf(groups: readonly Group[]): Map<string, Group[]> {
  const holders = new Map<string, Group[]>();
  for (const group of groups) {
    for (const member of group.memberIds) {
      const known = holders.get(member);
      if (known === undefined) holders.set(member, [group]);
      else known.push(group);
    }
  }
  return holders;
}

function build(world: World, tenantId: string): Directory {
  const own = <Row extends { id: string; tenantId: string }>(rows: Iterable<Row>): Row[] =>
    [...rows].filter((row) => row.tenantId === tenantId).sort(byId);
  const users = own(world.users);
  const groups = own(world.groups);
  const devices = own(world.devices);
  const usersByKey = new Map(
    users.flatMap((user) => [[user.id, user] as const, [user.userPrincipalName.toLowerCase(), user] as const]),
  );
  const groupsById = new Map(groups.map((group) => [group.id, group]));
  const devicesById = new Map(devices.map((device) => [device.id, device]));
  let principals: ServicePrincipal[] | null = null;

  const find = (id: string): DirectoryObject | null => {
    const key = id.toLowerCase();
    const user = usersByKey.get(key);
    if (user && user.id === key) return { kind: "user", entity: USER, row: user };
    const group = groupsById.get(key);
    if (group) return { kind: "group", entity: GROUP, row: group };
    const principal = world.servicePrincipals.get(key);
    if (principal?.tenantId === tenantId) return { kind: "servicePrincipal", entity: SERVICE_PRINCIPAL, row: principal };
    const device = devicesById.get(key);
    return device ? { kind: "device", entity: DEVICE, row: device } : null;
  };

  const members = new Map<string, DirectoryObject[]>();
  let holders: Map<string, Group[]> | null = null;
  const parents = (id: string): readonly Group[] => {
    holders ??= holdersOf(groups);
    return holders.get(id) ?? [];
  };

  return {
    tenantId,
    users,
    groups,
    devices,
    get servicePrincipals() {
      principals ??= own(world.servicePrincipals.values());
      return principals;
    },
    find,
    findUser: (idOrName) => usersByKey.get(idOrName.toLowerCase()) ?? null,
    groupsOf: (id, isTransitive) => {
      const found = new Set(parents(id));
      if (isTransitive) for (const group of found) for (const parent of parents(group.id)) found.add(parent);
      return [...found].sort(byId);
    },
    membersOf: (group, isTransitive) => {
      const key = `${group.id}/${isTransitive}/${group.memberIds.length}`;
      const known = members.get(key);
      if (known !== undefined) return known;
      const ids = new Set(group.memberIds);
      if (isTransitive) {
        for (const id of ids) {
          const inner = groupsById.get(id);
          // The members of a hidden group do not shine through the groups that hold it.
          if (inner !== undefined && inner.hasHiddenMembership !== true) for (const member of inner.memberIds) ids.add(member);
        }
      }
      const found = [...ids].map(find).filter((member) => member !== null);
      found.sort((left, right) => byId(left.row, right.row));
      members.set(key, found);
      return found;
    },
  };
}
