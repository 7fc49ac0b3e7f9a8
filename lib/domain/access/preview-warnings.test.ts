import { describe, expect, it } from "vitest";
import { ROLES, role } from "./access-fixture";
import type { AccessChangeRequest } from "./api";
import { previewVerdict, type WarningFacts, warningsOf } from "./preview-warnings";
import type { PrincipalInput } from "./types";

const GROUP = "/subscriptions/s/resourcegroups/g";
const person: PrincipalInput = { id: "p", kind: "user", displayName: "Ada", detail: "", enabled: true, machineId: null };
const team: PrincipalInput = { ...person, kind: "group", displayName: "Team", enabled: null };
const request: AccessChangeRequest = {
  kind: "assign",
  assignmentName: "n",
  principalId: "p",
  roleId: "r",
  scope: GROUP,
  condition: null,
  description: null,
};
const facts = (over: Partial<WarningFacts> = {}): WarningFacts => ({
  change: 0,
  request,
  scope: GROUP,
  principal: team,
  principalUnreadable: false,
  role: ROLES.userLogin,
  isGone: false,
  duplicateId: null,
  activatedByPim: false,
  machinesBelow: 0,
  assignmentsCounted: 0,
  losesOwnRight: false,
  limitedByOwnCondition: false,
  ...over,
});
const ids = (over: Partial<WarningFacts> = {}) => warningsOf(facts(over)).map(({ id }) => id);
const blocks = (over: Partial<WarningFacts>) => warningsOf(facts(over)).some((warning) => warning.blocks);

describe("warnings of a preview", () => {
  it("has none for a sign-in role given to a group at a resource group", () => expect(ids()).toEqual([]));

  it("names a person instead of a group, a guest and a disabled account", () => {
    expect(ids({ principal: person })).toEqual(["directUser"]);
    expect(ids({ principal: { ...person, kind: "guest" } })).toEqual(["guest", "directUser"]);
    expect(ids({ principal: { ...person, enabled: false } })).toEqual(["disabledPrincipal", "directUser"]);
  });

  it("blocks a principal that is not there, and lets Azure decide when the directory could not be asked", () => {
    expect(blocks({ principal: null })).toBe(true);
    expect(ids({ principal: null, principalUnreadable: true })).toEqual(["unknownPrincipal"]);
    expect(blocks({ principal: null, principalUnreadable: true })).toBe(false);
  });

  it("says that owner and contributor do not sign in, and nothing of it for a service principal", () => {
    expect(ids({ role: ROLES.contributor })).toEqual(["ownerDoesNotSignIn"]);
    expect(ids({ role: ROLES.contributor, principal: { ...person, kind: "servicePrincipal" } })).toEqual([]);
    expect(ids({ role: ROLES.adminLogin })).toEqual([]);
  });

  it("says that the onboarding role is for its service principal only", () => {
    const onboarding = role("b64e21ea-ac4e-4cdf-9dc9-5b892992bee7", { actions: ["Microsoft.HybridCompute/machines/write"] });
    expect(ids({ role: onboarding })).toEqual(["onboardingRoleToPerson"]);
    expect(ids({ role: onboarding, principal: { ...person, kind: "servicePrincipal" } })).toEqual([]);
  });

  it.each(["/", "/providers/microsoft.management/managementgroups/x", "/subscriptions/s"])("calls %s a wide scope", (scope) => {
    expect(warningsOf(facts({ scope, machinesBelow: 41 }))).toContainEqual(
      expect.objectContaining({ id: "wideScope", blocks: false, values: expect.objectContaining({ machines: 41 }) }),
    );
  });

  it.each([
    [3_199, []],
    [3_200, ["assignmentLimitNear"]],
    [3_999, ["assignmentLimitNear"]],
    [4_000, ["assignmentLimitReached"]],
  ])("%i assignments in a subscription: %j", (assignmentsCounted, expected) =>
    expect(ids({ assignmentsCounted })).toEqual(expected),
  );

  it("counts a management group against its own limit of 500", () => {
    const scope = "/providers/microsoft.management/managementgroups/x";
    expect(ids({ scope, assignmentsCounted: 499 })).toContain("assignmentLimitNear");
    expect(blocks({ scope, assignmentsCounted: 500 })).toBe(true);
  });

  it.each([
    ["an unknown role", { role: null }, "unknownRole"],
    ["a duplicate", { duplicateId: "x" }, "duplicate"],
    ["a condition that does not parse", { request: { ...request, condition: "((" } }, "conditionUnreadable"],
    ["a removal of what is gone", { request: { kind: "remove" as const, assignmentId: "x" }, isGone: true }, "alreadyGone"],
    [
      "a removal of what PIM made",
      { request: { kind: "remove" as const, assignmentId: "x" }, activatedByPim: true },
      "activatedByPim",
    ],
  ])("blocks %s", (_what, over, id) => {
    expect(ids(over)).toContain(id);
    expect(blocks(over)).toBe(true);
  });

  it("asks to confirm the loss of the own right and a right limited by a condition", () => {
    expect(ids({ losesOwnRight: true, limitedByOwnCondition: true })).toEqual(["removesOwnRight", "limitedByYourCondition"]);
  });

  it("is ready without warnings, asks with some and blocks with a grave one", () => {
    expect(previewVerdict([])).toBe("ready");
    expect(previewVerdict(warningsOf(facts({ principal: person })))).toBe("confirm");
    expect(previewVerdict(warningsOf(facts({ principal: person, role: null })))).toBe("blocked");
  });
});
