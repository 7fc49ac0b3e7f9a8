import { ACCESS_ROLES } from "./access-catalogue.ts";
import { machineResourceId } from "./ids.ts";
import { managementGroupScope } from "./places.ts";
import { pick, randomStream, stableGuid } from "./random.ts";
import { ROLE_IDS } from "./roles.ts";
import type { Group, RoleAssignment, User, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

export type LargeAccess = { assignments: number; groups: number };

/** People of a large directory; all of them are in one group. */
const PEOPLE = 10_000;
/** Of the assignments most stand at groups and machines, as in real tenants; management groups take at most 500 each. */
const SHARES = { managementGroup: 0.005, subscription: 0.1, resourceGroup: 0.55 };
const MOST_PER_MANAGEMENT_GROUP = 400;
const MEMBERS = { people: 8, nestedEvery: 3 };
const DISABLED_EVERY = 50;
const GUEST_EVERY = 40;

const ROLES = [
  ...[ROLE_IDS.reader, ROLE_IDS.reader, ROLE_IDS.reader, ROLE_IDS.userLogin, ROLE_IDS.userLogin, ROLE_IDS.adminLogin],
  ...[ROLE_IDS.contributor, ROLE_IDS.machineAdministrator, ROLE_IDS.customDeployer, ROLE_IDS.owner],
  ...[ROLE_IDS.machineOnboarding, ROLE_IDS.logAnalyticsContributor, ACCESS_ROLES.logAnalyticsReader],
] as const;

export function largeGroupId(seed: number, number: number): string {
  return stableGuid(seed, `large-group:${number}`);
}

function people(seed: number): User[] {
  return Array.from({ length: PEOPLE }, (_, number): User => {
    const id = stableGuid(seed, `large-person:${number}`);
    const isGuest = number % GUEST_EVERY === GUEST_EVERY - 1;
    const name = `person.${String(number + 1).padStart(5, "0")}`;
    return {
      id,
      tenantId: CONTOSO_TENANT_ID,
      homeObjectId: id,
      homeTenantId: CONTOSO_TENANT_ID,
      displayName: `Person ${String(number + 1).padStart(5, "0")}`,
      userPrincipalName: isGuest ? `${name}_partner.example#EXT#@contoso.example` : `${name}@contoso.example`,
      mail: isGuest ? `${name}@partner.example` : `${name}@contoso.example`,
      userType: isGuest ? "Guest" : "Member",
      accountEnabled: number % DISABLED_EVERY !== DISABLED_EVERY - 1,
      onPremisesSyncEnabled: null,
      portalRoles: [],
    };
  });
}

/** The first group holds everybody; every third of the others holds another group, in chains that never close. */
function groups(seed: number, count: number, users: readonly User[], random: () => number): Group[] {
  return Array.from({ length: count }, (_, number): Group => {
    const members = Array.from({ length: MEMBERS.people }, () => pick(users, random()).id);
    const nested =
      number > 1 && number % MEMBERS.nestedEvery === 0 ? [largeGroupId(seed, 1 + Math.floor(random() * (number - 1)))] : [];
    return {
      id: largeGroupId(seed, number),
      tenantId: CONTOSO_TENANT_ID,
      displayName: number === 0 ? "All employees" : `Team ${String(number).padStart(4, "0")}`,
      securityEnabled: true,
      memberIds: number === 0 ? users.map((user) => user.id) : [...new Set([...members, ...nested])],
    };
  });
}

type Places = { managementGroups: string[]; subscriptions: string[]; resourceGroups: string[]; machines: string[] };

function placesOf(world: World): Places {
  const own = new Set(world.subscriptions.filter((row) => row.tenantId === CONTOSO_TENANT_ID).map((row) => row.id));
  return {
    managementGroups: world.managementGroups
      .filter((row) => row.tenantId === CONTOSO_TENANT_ID)
      .map((row) => managementGroupScope(row.id)),
    subscriptions: [...own].map((id) => `/subscriptions/${id}`),
    resourceGroups: world.resourceGroups
      .filter((row) => own.has(row.subscriptionId))
      .map((row) => `/subscriptions/${row.subscriptionId}/resourceGroups/${row.name}`),
    machines: world.machines.filter((row) => own.has(row.subscriptionId)).map(machineResourceId),
  };
}

function scopeOf(places: Places, number: number, total: number, random: () => number): string {
  const share = number / total;
  const atGroups = Math.min(SHARES.managementGroup, (MOST_PER_MANAGEMENT_GROUP * places.managementGroups.length) / total);
  if (share < atGroups) return pick(places.managementGroups, random());
  if (share < SHARES.subscription) return pick(places.subscriptions, random());
  return pick(share < SHARES.resourceGroup ? places.resourceGroups : places.machines, random());
}

/** Makes the tenant as wide as a large company's: the same numbers give the same rows. */
export function addLargeAccess(world: World, { assignments, groups: groupCount }: LargeAccess, nowMs: number): void {
  if (assignments === 0 && groupCount === 0) return;
  const random = randomStream(world.seed + 17);
  const users = people(world.seed);
  const made = groups(world.seed, groupCount, users, random);
  const teams = made.slice(1);
  const places = placesOf(world);
  const createdOn = new Date(nowMs - 100 * 86_400_000).toISOString().replace("Z", "0000Z");
  world.users.push(...users);
  world.groups.push(...made);
  for (let number = 0; number < assignments; number += 1) {
    const group = teams.length > 0 && random() < 0.6 ? pick(teams, random()) : null;
    const row: RoleAssignment = {
      name: stableGuid(world.seed, `large-assignment:${number}`),
      tenantId: CONTOSO_TENANT_ID,
      scope: scopeOf(places, number, assignments, random),
      roleDefinitionGuid: pick(ROLES, random()),
      principalId: group?.id ?? pick(users, random()).id,
      principalType: group === null ? "User" : "Group",
      condition: null,
      conditionVersion: null,
      description: null,
      createdOn,
      createdBy: null,
      effectiveFromMs: 0,
    };
    world.roleAssignments.push(row);
  }
}
