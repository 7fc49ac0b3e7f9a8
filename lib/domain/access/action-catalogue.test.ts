import { describe, expect, it } from "vitest";
import { role } from "./access-fixture";
import { ACTION_CATALOGUE, isActionPattern, ROLE_TEMPLATES, type RoleTemplateId } from "./action-catalogue";
import { ATOMS } from "./capabilities";
import { roleCapabilities } from "./least-privilege";
import { createRoleBook } from "./roles";

function capabilities(id: RoleTemplateId) {
  return roleCapabilities(createRoleBook([role("custom", ROLE_TEMPLATES[id])]), "custom");
}

describe("templates of custom roles", () => {
  it("[A21] run commands and see the machine, and write no extension", () => {
    expect(capabilities("runCommandOnly")).toEqual(["indirectAdmin", "becomeIdentity", "runCommand", "read"]);
    expect(ROLE_TEMPLATES.runCommandOnly.actions.some((action) => action.includes("/extensions/"))).toBe(false);
  });

  it("[A24] install patches without signing in and without extensions", () => {
    expect(capabilities("patchOperator")).toEqual(["installPatches", "read"]);
    expect(ROLE_TEMPLATES.patchOperator.dataActions).toEqual([]);
  });

  it("[A22] read the configuration and write nothing", () => {
    expect(capabilities("configurationReader")).toEqual(["read"]);
    expect(ROLE_TEMPLATES.configurationReader.actions.every((action) => action.endsWith("/read"))).toBe(true);
  });

  it("sign in as a user and nothing else", () => {
    expect(capabilities("signInOnly")).toEqual(["signInUser", "read"]);
  });
});

describe("the catalogue of actions", () => {
  it("holds every action once", () => {
    const names = ACTION_CATALOGUE.map(({ action }) => action.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it("offers every single permission that a capability is decided by, on its own plane", () => {
    const missing = Object.values(ATOMS).filter(
      (atom) =>
        !ACTION_CATALOGUE.some(
          ({ action, isDataAction }) => action.toLowerCase() === atom.action.toLowerCase() && isDataAction === atom.isDataAction,
        ),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    "*",
    "*/read",
    "Microsoft.HybridCompute/machines/*",
    "Microsoft.HybridCompute/machines/login/action",
    "microsoft.insights/a_b/read",
  ])("takes %s as an action", (text) => expect(isActionPattern(text)).toBe(true));

  it.each([
    "",
    "machines",
    "Microsoft.HybridCompute",
    "Microsoft.HybridCompute/",
    "a b/c",
    "**",
    "/read",
    "x/é",
    `a/${"b".repeat(300)}`,
  ])("refuses %j", (text) => expect(isActionPattern(text)).toBe(false));
});
