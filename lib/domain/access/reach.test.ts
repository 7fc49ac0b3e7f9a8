import { describe, expect, it } from "vitest";
import { ROLES, role } from "./access-fixture";
import { reachClasses, reachSeverity, resourceTypeOf } from "./reach";
import { AUTHORIZATION_ACTIONS, operatorRight, SMALLEST_ROLES } from "./rights";

const VAULT = "microsoft.keyvault/vaults";
const secretsUser = role("secrets", { dataActions: ["Microsoft.KeyVault/vaults/secrets/getSecret/action"] });

describe("what a role lets an identity do", () => {
  it("reads secrets by data actions only: an owner of the vault does not", () => {
    expect(reachClasses(secretsUser.permissions, VAULT)).toContain("secrets");
    expect(reachClasses(ROLES.owner.permissions, VAULT)).not.toContain("secrets");
  });

  it("says of a role on a vault nothing about storage", () => {
    const everything = role("all", { dataActions: ["*"] });
    expect(reachClasses(everything.permissions, VAULT)).toEqual(expect.arrayContaining(["secrets", "keys", "certificates"]));
    expect(reachClasses(everything.permissions, VAULT)).not.toContain("blobs");
    expect(reachClasses(everything.permissions, null)).toContain("blobs");
  });

  it("subtracts notActions within the role", () => {
    expect(reachClasses(ROLES.contributor.permissions, null)).not.toContain("assignRoles");
    expect(reachClasses(ROLES.owner.permissions, null)).toEqual(
      expect.arrayContaining(["assignRoles", "machineControl", "write"]),
    );
  });

  it("is read for a reader and other for a role without a known action", () => {
    expect(reachClasses(ROLES.reader.permissions, "microsoft.sql/servers")).toEqual(["read"]);
    expect(reachClasses([], null)).toEqual(["other"]);
  });

  it.each([
    [["assignRoles"], "resourceGroup", "critical"],
    [["machineControl", "write"], "machine", "critical"],
    [["write"], "subscription", "critical"],
    [["write"], "other", "medium"],
    [["secrets"], "other", "high"],
    [["secrets"], "managementGroup", "critical"],
    [["blobs", "read"], "other", "medium"],
    [["logs", "read"], "other", "low"],
  ] as const)("%j at %s is %s", (classes, scope, severity) => expect(reachSeverity(classes, scope)).toBe(severity));

  it.each([
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv", VAULT],
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b", "microsoft.sql/servers/databases"],
    ["/subscriptions/s/resourceGroups/g", null],
    ["/subscriptions/s", null],
    ["/providers/Microsoft.Management/managementGroups/x", null],
    ["/", null],
  ])("%s is of type %s", (scope, type) => expect(resourceTypeOf(scope)).toBe(type));
});

describe("the operator's own rights", () => {
  const owner = [{ actions: ["*"], notActions: [], dataActions: [], notDataActions: [] }];
  const contributor = [{ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write"], dataActions: [], notDataActions: [] }];

  it("name the action and the smallest role, allowed or not", () => {
    expect(operatorRight(owner, "assignRoles")).toEqual({
      action: AUTHORIZATION_ACTIONS.assignRoles,
      allowed: true,
      smallestRole: SMALLEST_ROLES.assignRoles,
    });
    expect(operatorRight(contributor, "assignRoles").allowed).toBe(false);
  });

  it("are not known, and not denied, when Azure could not be asked", () =>
    expect(operatorRight(null, "removeRoles").allowed).toBeNull());
});
