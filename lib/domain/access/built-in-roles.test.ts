import { expect, test } from "vitest";
import { type AccessCapabilityId, CAPABILITY_IDS, capabilityRule } from "./capabilities";
import { roleCapabilities } from "./least-privilege";
import { ABSENT_ROLES, REFERENCE_ROLES } from "./reference-roles-data";
import { createRoleBook } from "./roles";
import type { PermissionInput, RoleDefinitionInput } from "./types";

type WireRole = { name: string; properties: { roleName: string; type: string; permissions: PermissionInput[] } };

// The domain may import nothing of the platform, and layers forbid the emulator's data; a test reads the file.
const file = new URL("../../../emulator/specs/builtin-role-definitions.json", import.meta.url);
const wire: WireRole[] = JSON.parse(process.getBuiltinModule("node:fs").readFileSync(file, "utf8"));
const roles: RoleDefinitionInput[] = wire.map(({ name, properties }) => ({
  id: name,
  name: properties.roleName,
  type: properties.type,
  permissions: properties.permissions,
  assignableScopes: ["/"],
}));
const book = createRoleBook(roles);

function rolesWith(capability: AccessCapabilityId): string[] {
  return roles.filter((role) => roleCapabilities(book, role.id).includes(capability)).map((role) => role.name);
}

const SCVMM_AND_VMWARE = [
  "Azure Arc ScVmm Administrator role",
  "Azure Arc ScVmm VM Contributor",
  "Azure Arc VMware VM Contributor",
];
const RESOURCE_ADMINISTRATOR = "Azure Connected Machine Resource Administrator";
const RESOURCE_MANAGER = "Azure Connected Machine Resource Manager";

/** Roles that are in the vendored file without the action: their definitions have grown since that file was made. */
const OLDER: Partial<Record<AccessCapabilityId, string[]>> = {
  writeExtensions: SCVMM_AND_VMWARE,
  addExtensions: ["Azure Connected Machine Onboarding", RESOURCE_ADMINISTRATOR],
  upgradeExtensions: SCVMM_AND_VMWARE,
  deleteExtensions: SCVMM_AND_VMWARE,
  runCommand: [...SCVMM_AND_VMWARE, RESOURCE_ADMINISTRATOR],
  machineConfiguration: [RESOURCE_MANAGER],
  changeIdentity: SCVMM_AND_VMWARE,
  onboard: SCVMM_AND_VMWARE,
  delete: SCVMM_AND_VMWARE,
  accessDetails: [RESOURCE_ADMINISTRATOR],
  openPort: ["Windows Admin Center Administrator Login"],
  installPatches: [...SCVMM_AND_VMWARE, RESOURCE_ADMINISTRATOR],
  licences: [...SCVMM_AND_VMWARE, RESOURCE_ADMINISTRATOR],
  licenceProfile: [...SCVMM_AND_VMWARE, RESOURCE_ADMINISTRATOR, RESOURCE_MANAGER],
};

/** The preview role was renamed when it became general; the reference knows it by its new name only. */
const RENAMED: Partial<Record<AccessCapabilityId, string[]>> = {
  assignRoles: ["Role Based Access Control Administrator (Preview)"],
};

test("all 430 vendored definitions are read", () => {
  expect(roles).toHaveLength(430);
  expect(ABSENT_ROLES.filter((name) => roles.some((role) => role.name === name))).toEqual([]);
});

const compared = CAPABILITY_IDS.filter((id) => capabilityRule(id).referenceId !== null);

test("every row of the reference is some capability's", () => {
  const rows = compared.map((id) => capabilityRule(id).referenceId);
  expect([...new Set(rows)].sort()).toEqual(Object.keys(REFERENCE_ROLES).sort());
});

test.each(compared)("[A20] the roles behind %s are those of the reference, but for the listed differences", (capability) => {
  const reference = REFERENCE_ROLES[capabilityRule(capability).referenceId ?? ""] ?? [];
  const found = rolesWith(capability);
  const missing = reference.filter((name) => !found.includes(name) && !ABSENT_ROLES.includes(name));
  expect(missing.sort()).toEqual((OLDER[capability] ?? []).toSorted());
  expect(found.filter((name) => !reference.includes(name))).toEqual(RENAMED[capability] ?? []);
});

test("[B25] capabilities of our own come out of the same definitions", () => {
  expect(rolesWith("indirectAdmin").sort()).toEqual([
    RESOURCE_ADMINISTRATOR,
    RESOURCE_MANAGER,
    "Azure Extension for SQL Server Deployment",
    "Contributor",
    "Guest Configuration Resource Contributor",
    "Hybrid Server Resource Administrator",
    "Log Analytics Contributor",
    "Owner",
    "Windows Admin Center Administrator Login",
  ]);
  const more = rolesWith("becomeIdentity").filter((name) => !rolesWith("indirectAdmin").includes(name));
  expect(more).toEqual(["Virtual Machine Administrator Login"]);
  expect(rolesWith("removeRoles").sort()).toEqual([
    "Access Review Operator Service Role",
    "Owner",
    "Role Based Access Control Administrator (Preview)",
    "User Access Administrator",
  ]);
  expect(rolesWith("assignRolesLimited")).toEqual([]);
});

test("the login roles see the machine through machines/*/read", () => {
  const readers = rolesWith("read");
  expect(readers).toEqual(
    expect.arrayContaining(["Reader", "Virtual Machine Administrator Login", "Virtual Machine User Login"]),
  );
  expect(readers).not.toContain("Virtual Machine Contributor");
  expect(readers).toHaveLength(23);
});
