import {
  ACCESS_ROLES,
  IDENTITY_GROUP,
  machineIdentity,
  onlyRolesToGroups,
  ordinaryPerson,
  PRODUCTION_VAULT,
  STORAGE_ACCOUNT,
  WORKSPACE,
} from "./access-catalogue.ts";
import { groupIdOf } from "./people.ts";
import { GROUP_IDS, managementGroupScope, type SubscriptionKey, subscriptionIdOf } from "./places.ts";
import { stableGuid } from "./random.ts";
import { ROLE_IDS, toAssignment } from "./roles.ts";
import type { RoleAssignment } from "./types.ts";

type Grant = Parameters<typeof toAssignment>[0] & { condition?: string };

const sub = (key: SubscriptionKey): string => `/subscriptions/${subscriptionIdOf(key)}`;
const group = (key: SubscriptionKey, name: string): string => `${sub(key)}/resourceGroups/${name}`;
const machine = (key: SubscriptionKey, groupName: string, name: string): string =>
  `${group(key, groupName)}/providers/Microsoft.HybridCompute/machines/${name}`;
const inGroup = (type: string, name: string): string => `${group("prodEu1", IDENTITY_GROUP)}/providers/${type}/${name}`;

/** Every way in which a person or an identity comes to rights, good and bad, once. */
function personGrants(seed: number): Grant[] {
  const person = (name: string, role: string, scope: string, note?: string): Grant => ({
    scope,
    role,
    principalId: ordinaryPerson(seed, name),
    kind: "User",
    ...(note === undefined ? {} : { note }),
  });
  return [
    person("jia.novak", ROLE_IDS.userLogin, machine("prodEu1", "rg-app-ams", "ams-app-0001"), "Ticket 4711, one server"),
    person("karim.novak", ROLE_IDS.userAccessAdministrator, "/", "Elevated access, never taken back"),
    person("lotte.novak", ACCESS_ROLES.runCommandOperator, group("prodEu1", "rg-app-ams")),
    person("ivan.novak", ACCESS_ROLES.unknown, sub("nonProd2")),
    // Azure keeps the case in which a scope was written.
    person("femke.novak", ROLE_IDS.userLogin, machine("prodEu1", "rg-app-ams", "ams-app-0002").toUpperCase()),
    person("elif.novak", ROLE_IDS.machineOnboarding, sub("prodEu1"), "For the migration weekend"),
    person("ben.novak", ROLE_IDS.contributor, sub("prodEu2")),
    {
      ...person("ivan.novak", ACCESS_ROLES.accessAdministrator, sub("prodEu1"), "May give sign-in roles to groups"),
      condition: onlyRolesToGroups([ROLE_IDS.adminLogin, ROLE_IDS.userLogin]),
    },
  ];
}

function groupGrants(seed: number): Grant[] {
  const team = (key: Parameters<typeof groupIdOf>[1], role: string, scope: string): Grant => ({
    scope,
    role,
    principalId: groupIdOf(seed, key),
    kind: "Group",
  });
  return [
    team("onCall", ROLE_IDS.adminLogin, managementGroupScope(GROUP_IDS.contosoRoot)),
    team("sqlTeam", ROLE_IDS.adminLogin, group("prodEu2", "rg-sql-fra")),
    team("sqlTeam", ROLE_IDS.contributor, `${sub("prodEu1")}/resourcegroups/RG-LNX-AMS`),
    team("boardroom", ROLE_IDS.userLogin, sub("prodUs1")),
    team("formerTeam", ROLE_IDS.userLogin, sub("prodUs1")),
    { scope: sub("prodUs1"), role: ROLE_IDS.adminLogin, principalId: stableGuid(seed, "group:deleted"), kind: "Group" },
  ];
}

/** What the identities of machines may do: one reads a vault, one owns more than its server. */
function identityGrants(seed: number): Grant[] {
  const identity = (name: string, role: string, scope: string): Grant => ({
    scope,
    role,
    principalId: machineIdentity(seed, name),
    kind: "ServicePrincipal",
  });
  const vault = inGroup("Microsoft.KeyVault/vaults", PRODUCTION_VAULT);
  return [
    identity("ams-app-0001", ACCESS_ROLES.vaultSecretsUser, vault),
    identity("ams-app-0001", ACCESS_ROLES.blobDataReader, inGroup("Microsoft.Storage/storageAccounts", STORAGE_ACCOUNT)),
    identity("ams-app-0001", ACCESS_ROLES.logAnalyticsReader, inGroup("Microsoft.OperationalInsights/workspaces", WORKSPACE)),
    identity("ams-app-0002", ACCESS_ROLES.vaultCertificateUser, vault),
    identity("fra-sql-0007", ROLE_IDS.contributor, sub("prodEu2")),
    {
      scope: vault,
      role: ACCESS_ROLES.vaultSecretsUser,
      principalId: stableGuid(seed, "principal:deleted-machine"),
      kind: "ServicePrincipal",
    },
  ];
}

export function accessAssignments(seed: number, nowMs: number): RoleAssignment[] {
  return [...personGrants(seed), ...groupGrants(seed), ...identityGrants(seed)].map((grant) => ({
    ...toAssignment(grant, nowMs),
    ...(grant.condition === undefined ? {} : { condition: grant.condition, conditionVersion: "2.0" }),
  }));
}
