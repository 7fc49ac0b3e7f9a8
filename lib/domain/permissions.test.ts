import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PermissionSet } from "./permissions";
import { actionMatches, isActionAllowed, MACHINE_ACTIONS, operatorPermissions } from "./permissions";

const WRITE = MACHINE_ACTIONS.writeExtension;

function entry(part: Partial<PermissionSet>): PermissionSet {
  return { actions: [], notActions: [], dataActions: [], notDataActions: [], ...part };
}

describe("patterns of actions", () => {
  it.each([
    ["*", WRITE, true],
    ["*/read", "Microsoft.HybridCompute/machines/read", true],
    ["*/read", WRITE, false],
    ["Microsoft.HybridCompute/*", WRITE, true],
    ["microsoft.hybridcompute/MACHINES/extensions/WRITE", WRITE, true],
    ["Microsoft.HybridCompute/machines/*", "Microsoft.HybridCompute/machines", false],
    ["Microsoft.HybridCompute/*/write", WRITE, true],
    ["Microsoft.HybridCompute/*/extensions/write", WRITE, true],
    ["Microsoft.HybridCompute/*/runCommands/write", WRITE, false],
    ["Microsoft.*/machines/*/write", WRITE, true],
    ["Microsoft.HybridCompute/machines/extension", WRITE, false],
    ["", WRITE, false],
    ["a*a", "a", false],
    ["a*b*a", "aba", true],
    ["a**b", "ab", true],
    ["*.Compute/*", WRITE, false],
    ["Microsoft.HybridCompute/machines/.*", WRITE, false],
  ])("%s covers %s: %s", (pattern, action, covered) => {
    expect(actionMatches(pattern, action)).toBe(covered);
  });

  it("agrees with a plain translation into a regular expression", () => {
    const part = fc.stringMatching(/^[a-cA-C/*.]{0,8}$/);
    fc.assert(
      fc.property(part, fc.stringMatching(/^[a-cA-C/.]{0,10}$/), (pattern, action) => {
        const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
        // A whole segment in the middle may be no segment at all.
        const source = pattern.split("/*/").map((segment) => segment.split("*").map(plain).join(".*"));
        expect(actionMatches(pattern, action)).toBe(new RegExp(`^${source.join("/(?:.*/)?")}$`, "i").test(action));
      }),
    );
  });
});

describe("what a set of permissions allows", () => {
  it("lets an exclusion reduce only its own entry", () => {
    const contributor = entry({ actions: ["*"], notActions: ["Microsoft.HybridCompute/machines/extensions/*"] });
    const resourceAdmin = entry({ actions: ["Microsoft.HybridCompute/machines/extensions/write"] });
    expect(isActionAllowed([contributor], WRITE)).toBe(false);
    expect(isActionAllowed([contributor, resourceAdmin], WRITE)).toBe(true);
  });

  it("keeps data actions apart from actions: an Owner may not sign in", () => {
    const result = operatorPermissions([entry({ actions: ["*"] })]);
    expect([result.writeExtension.allowed, result.signInAsUser.allowed, result.signInAsAdministrator.allowed]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("tells a reader what is missing, by the action that decides", () => {
    const result = operatorPermissions([entry({ actions: ["*/read"] })]);
    expect(result.readMachine).toEqual({
      action: "Microsoft.HybridCompute/machines/read",
      allowed: true,
      reason: "machine.permission.granted",
    });
    expect(result.deleteExtension).toEqual({
      action: "Microsoft.HybridCompute/machines/extensions/delete",
      allowed: false,
      reason: "machine.permission.missing",
    });
  });

  it("gives administrators' sign-in by its own data action", () => {
    const result = operatorPermissions([
      entry({
        dataActions: ["Microsoft.HybridCompute/machines/login/action", "Microsoft.HybridCompute/machines/loginAsAdmin/action"],
        notDataActions: ["Microsoft.HybridCompute/machines/loginAsAdmin/action"],
      }),
    ]);
    expect([result.signInAsUser.allowed, result.signInAsAdministrator.allowed]).toEqual([true, false]);
  });

  it("allows nothing to a person without any entry", () => {
    expect(Object.values(operatorPermissions([])).every((permission) => permission.allowed === false)).toBe(true);
  });
});
