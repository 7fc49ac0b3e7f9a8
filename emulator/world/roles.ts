import { readFileSync } from "node:fs";
import { ACCESS_ROLES } from "./access-catalogue.ts";
import { groupIdOf } from "./people.ts";
import { personaId } from "./personas.ts";
import { GROUP_IDS, managementGroupScope, type SubscriptionKey, subscriptionIdOf } from "./places.ts";
import { stableGuid } from "./random.ts";
import type { RoleAssignment, RoleDefinition, User } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "./types.ts";

/** GUIDs of the built-in roles that the seed assigns (azure-apis.md 3.4). */
export const ROLE_IDS = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  machineOnboarding: "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7",
  machineAdministrator: "cd570a14-e51a-42ad-bac8-bafd67325302",
  adminLogin: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
  userLogin: "fb879df8-f326-4884-b1cf-06f3ad86be52",
  dataAccessAdministrator: "66f75aeb-eabe-4b70-9f1e-c350c4c9ad04",
  securityReader: "39bc4728-0917-49c7-9d2c-d95423bc2eb4",
  logAnalyticsContributor: "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
  customDeployer: "10ca1a2e-4000-4000-8000-000000000001",
  customWideLogin: "10ca1a2e-4000-4000-8000-000000000002",
} as const;

type RecordedDefinition = {
  name: string;
  properties: {
    roleName: string;
    description: string;
    assignableScopes: string[];
    permissions: RoleDefinition["permissions"];
    createdOn: string;
    updatedOn: string;
  };
};

type LaterDefinition = {
  id: string;
  roleName: string;
  description: string;
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
  condition: string | null;
  conditionVersion: string | null;
};

/** Built-in roles change slowly: the recorded list of 2023, with what is newer or missing there taken from a list of 2026. */
const LATER_CHANGE = "2026-08-22T00:00:00.0000000Z";

function readData<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as T;
}

let builtIn: RoleDefinition[] | null = null;

/** Read once per process: the files never change while the program runs and nobody edits a built-in role. */
function builtInDefinitions(): RoleDefinition[] {
  builtIn ??= loadBuiltIn();
  return builtIn;
}

function loadBuiltIn(): RoleDefinition[] {
  const byId = new Map<string, RoleDefinition>();
  for (const recorded of readData<RecordedDefinition[]>("../specs/builtin-role-definitions.json")) {
    const { roleName, description, assignableScopes, permissions, createdOn, updatedOn } = recorded.properties;
    const id = recorded.name.toLowerCase();
    byId.set(id, {
      id,
      tenantId: null,
      roleName,
      type: "BuiltInRole",
      description,
      assignableScopes,
      permissions,
      createdOn,
      updatedOn,
    });
  }
  for (const later of readData<LaterDefinition[]>("./data/later-role-definitions.json")) {
    const { actions, notActions, dataActions, notDataActions, condition, conditionVersion } = later;
    byId.set(later.id, {
      id: later.id,
      tenantId: null,
      roleName: later.roleName,
      type: "BuiltInRole",
      description: later.description,
      assignableScopes: ["/"],
      permissions: [
        { actions, notActions, dataActions, notDataActions, ...(condition === null ? {} : { condition, conditionVersion }) },
      ],
      createdOn: byId.get(later.id)?.createdOn ?? LATER_CHANGE,
      updatedOn: LATER_CHANGE,
    });
  }
  return [...byId.values()];
}

function customRole(id: string, roleName: string, description: string, actions: string[], dataActions: string[]): RoleDefinition {
  return {
    id,
    tenantId: CONTOSO_TENANT_ID,
    roleName,
    type: "CustomRole",
    description,
    assignableScopes: [managementGroupScope(GROUP_IDS.landingZones)],
    permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }],
    createdOn: "2025-03-11T09:24:10.1234567Z",
    updatedOn: "2025-09-02T14:02:55.7654321Z",
  };
}

export function roleDefinitions(): RoleDefinition[] {
  const machines = "Microsoft.HybridCompute/machines";
  return [
    customRole(
      ROLE_IDS.customDeployer,
      "Contoso Arc extension deployer",
      "Reads machines and writes extensions, for the roll-out team.",
      [`${machines}/read`, `${machines}/extensions/*`, "Microsoft.Resources/subscriptions/resourceGroups/read"],
      [],
    ),
    customRole(
      ROLE_IDS.customWideLogin,
      "Contoso server sign-in (all)",
      "Sign-in to every server with a wildcard data action.",
      [`${machines}/read`],
      [`${machines}/*`],
    ),
    customRole(
      ACCESS_ROLES.runCommandOperator,
      "Contoso run command operator",
      "Sends scripts to servers.",
      [`${machines}/read`, `${machines}/runCommands/*`],
      [],
    ),
    customRole(
      ACCESS_ROLES.patchOperator,
      "Contoso patch operator",
      "Looks for updates and installs them.",
      [`${machines}/read`, `${machines}/assessPatches/action`, `${machines}/installPatches/action`],
      [],
    ),
    ...builtInDefinitions(),
  ];
}

type Grant = {
  scope: string;
  role: string;
  principalId: string;
  kind: RoleAssignment["principalType"];
  tenantId?: string;
  note?: string;
};

const root = managementGroupScope(GROUP_IDS.contosoRoot);
const sub = (key: SubscriptionKey): string => `/subscriptions/${subscriptionIdOf(key)}`;

/** Resource group that the guest may read. */
export const GUEST_RESOURCE_GROUP = "rg-shared-tools";

function personaGrants(): Grant[] {
  const user = (key: string, role: string, scope: string): Grant => ({ scope, role, principalId: personaId(key), kind: "User" });
  return [
    user("ada.admin", ROLE_IDS.owner, root),
    user("olivia.operator", ROLE_IDS.machineAdministrator, root),
    user("olivia.operator", ROLE_IDS.reader, root),
    user("rene.reader", ROLE_IDS.reader, root),
    user("lena.login", ROLE_IDS.dataAccessAdministrator, root),
    user("lena.login", ROLE_IDS.reader, root),
    user("anton.approver", ROLE_IDS.reader, managementGroupScope(GROUP_IDS.production)),
    user("sofia.security", ROLE_IDS.reader, root),
    user("sofia.security", ROLE_IDS.securityReader, root),
    user("rasmus.review", ACCESS_ROLES.accessAdministrator, root),
    user("wade.wholesale", ROLE_IDS.contributor, sub("nonProd1")),
    user("gus.guest", ROLE_IDS.reader, `${sub("nonProd2")}/resourceGroups/${GUEST_RESOURCE_GROUP}`),
    ...[ROLE_IDS.machineAdministrator, ROLE_IDS.reader].map((role) => ({
      scope: managementGroupScope(GROUP_IDS.fabrikamRoot),
      role,
      principalId: personaId("fiona.fabrikam", FABRIKAM_TENANT_ID),
      kind: "User" as const,
      tenantId: FABRIKAM_TENANT_ID,
    })),
  ];
}

function teamGrants(seed: number, users: readonly User[], onboardingId: string): Grant[] {
  const group = (key: Parameters<typeof groupIdOf>[1], role: string, scope: string): Grant => ({
    scope,
    role,
    principalId: groupIdOf(seed, key),
    kind: "Group",
  });
  const members = users.filter((user) => user.persona === undefined && user.userType === "Member");
  const disabled = members.find((user) => !user.accountEnabled);
  const guest = users.find((user) => user.persona === undefined && user.userType === "Guest");
  const person = (at: number): string => members[at]?.id ?? "";
  return [
    group("windowsAdmins", ROLE_IDS.adminLogin, managementGroupScope(GROUP_IDS.production)),
    group("windowsTeam", ROLE_IDS.userLogin, managementGroupScope(GROUP_IDS.landingZones)),
    group("sqlTeam", ROLE_IDS.userLogin, sub("prodEu1")),
    group("linuxTeam", ROLE_IDS.adminLogin, sub("prodUs1")),
    group("loopA", ROLE_IDS.contributor, sub("sandbox")),
    group("operators", ROLE_IDS.customDeployer, managementGroupScope(GROUP_IDS.landingZones)),
    group("helpdesk", ROLE_IDS.customWideLogin, sub("nonProd2")),
    {
      scope: managementGroupScope(GROUP_IDS.landingZones),
      role: ROLE_IDS.machineOnboarding,
      principalId: onboardingId,
      kind: "ServicePrincipal",
    },
    { scope: sub("prodEu2"), role: ROLE_IDS.logAnalyticsContributor, principalId: person(50), kind: "User" },
    ...[51, 52, 53, 54].map((at) => ({
      scope: sub("nonProd1"),
      role: ROLE_IDS.owner,
      principalId: person(at),
      kind: "User" as const,
    })),
    { scope: sub("tier0"), role: ROLE_IDS.userAccessAdministrator, principalId: person(55), kind: "User" },
    { scope: sub("prodEu1"), role: ROLE_IDS.adminLogin, principalId: disabled?.id ?? "", kind: "User", note: "Left in May" },
    { scope: sub("nonProd1"), role: ROLE_IDS.userLogin, principalId: guest?.id ?? "", kind: "User" },
    { scope: sub("nonProd1"), role: ROLE_IDS.contributor, principalId: stableGuid(seed, "user:deleted"), kind: "User" },
  ];
}

export function roleAssignments(seed: number, nowMs: number, users: readonly User[], onboardingId: string): RoleAssignment[] {
  const grants = [...personaGrants(), ...teamGrants(seed, users, onboardingId)].filter((grant) => grant.principalId !== "");
  return grants.map((grant) => toAssignment(grant, nowMs));
}

/** A standing assignment made long ago; its name belongs to scope, role and principal. */
export function toAssignment(grant: Grant, nowMs: number): RoleAssignment {
  const createdAt = new Date(nowMs - 200 * 86_400_000).toISOString().replace("Z", "0000Z");
  return {
    name: stableGuid(7, `${grant.scope}|${grant.role}|${grant.principalId}`),
    tenantId: grant.tenantId ?? CONTOSO_TENANT_ID,
    scope: grant.scope,
    roleDefinitionGuid: grant.role,
    principalId: grant.principalId,
    principalType: grant.kind,
    condition: null,
    conditionVersion: null,
    description: grant.note ?? null,
    createdOn: createdAt,
    createdBy: personaId("ada.admin"),
    effectiveFromMs: 0,
  };
}
