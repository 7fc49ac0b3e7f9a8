import { describe, expect, it } from "vitest";
import { assign, CORP, G1, MACHINE_1, NOW, PROD, principal, ROLES, role, S1, tenant } from "../access/access-fixture";
import { prepareAccess } from "../access/access-index";
import type { FindingRuleId } from "../access/api";
import type { AccessInputs } from "../access/types";
import { findAccessProblems } from "./find";
import { roleDrift } from "./role-drift";

const ONBOARDING = role("b64e21ea-ac4e-4cdf-9dc9-5b892992bee7", {
  actions: ["Microsoft.HybridCompute/machines/read", "Microsoft.HybridCompute/machines/write"],
});
const OWNER = role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", { actions: ["*"] }, { name: "Owner" });

function found(over: Partial<AccessInputs>) {
  const roles = [...Object.values(ROLES), ONBOARDING, OWNER];
  return findAccessProblems(prepareAccess(tenant({ roleDefinitions: roles, ...over }), NOW));
}
const rules = (over: Partial<AccessInputs>): FindingRuleId[] => [...new Set(found(over).map(({ ruleId }) => ruleId))].sort();

describe("findings", () => {
  it("has none for a group that signs in as user on one resource group", () => {
    const assignments = [assign("team", "user-login", G1)];
    const principals = [principal("team", "group"), principal("ada")];
    expect(rules({ assignments, principals, groups: [{ groupId: "team", memberIds: ["ada"], transitive: false }] })).toEqual([]);
  });

  it.each([
    ["the onboarding role held by a person", "user", ONBOARDING.id, G1, "R01"],
    ["the onboarding role above resource groups", "servicePrincipal", ONBOARDING.id, S1, "R03"],
    ["a standing owner", "user", OWNER.id, G1, "R05"],
    ["a hidden administrator", "group", "runner", G1, "R06"],
    ["a right to grant without a condition", "servicePrincipal", "access-admin", G1, "R08"],
    ["sign-in given to a person", "user", "user-login", G1, "R15"],
    ["sign-in at a wide scope", "group", "user-login", PROD, "R18"],
    ["a standing sign-in administrator", "group", "admin-login", G1, "R19"],
    ["a guest with a sign-in role", "guest", "user-login", G1, "R24"],
    ["a deleted principal", "deleted", "reader", G1, "R25"],
  ] as const)("names %s", (_what, kind, roleId, scope, rule) => {
    expect(rules({ assignments: [assign("p", roleId, scope)], principals: [principal("p", kind)] })).toContain(rule);
  });

  it("[C06] names a disabled account, says so, and repairs it by the removal", () => {
    const [finding] = found({
      assignments: [assign("p", "reader", G1)],
      principals: [principal("p", "user", { enabled: false })],
    }).filter(({ ruleId }) => ruleId === "R25");
    expect(finding).toMatchObject({ values: { state: "disabled" }, fix: [{ kind: "remove" }] });
  });

  it("names a guest inside a group without offering to remove the whole group", () => {
    const [finding] = found({
      assignments: [assign("team", "user-login", G1)],
      principals: [principal("team", "group"), principal("gus", "guest")],
      groups: [{ groupId: "team", memberIds: ["gus"], transitive: false }],
    }).filter(({ ruleId }) => ruleId === "R24");
    expect(finding).toMatchObject({ values: { guests: 1, names: "gus" }, fix: null });
  });

  it("names what else an onboarding credential holds", () => {
    const assignments = [assign("sp", ONBOARDING.id, G1), assign("sp", "reader", G1)];
    const principals = [principal("sp", "servicePrincipal")];
    expect(found({ assignments, principals }).filter(({ ruleId }) => ruleId === "R02")).toHaveLength(1);
  });

  it("calls a server's identity that controls other servers critical, and one that controls only itself nothing", () => {
    const identity = principal("mi", "managedIdentity", { machineId: MACHINE_1 });
    expect(found({ assignments: [assign("mi", "runner", G1)], principals: [identity] })[0]).toMatchObject({
      ruleId: "R31",
      severity: "critical",
      values: { others: 1 },
    });
    expect(rules({ assignments: [assign("mi", "runner", MACHINE_1)], principals: [identity] })).not.toContain("R31");
  });

  it.each([
    [3, false],
    [4, true],
  ])("%i owners of a subscription: too many is %s", (count, expected) => {
    const people = Array.from({ length: count }, (_, index) => principal(`o${index}`));
    const assignments = people.map(({ id }) => assign(id, OWNER.id, S1));
    expect(rules({ assignments, principals: people }).includes("R57")).toBe(expected);
  });

  it.each([
    [3_199, false],
    [3_200, true],
  ])("%i assignments in a subscription: near the limit is %s", (count, expected) => {
    const assignments = Array.from({ length: count }, () => assign("p", "reader", G1));
    expect(rules({ assignments, principals: [principal("p", "group")] }).includes("R16")).toBe(expected);
  });

  it("names managers who cannot sign in anywhere, and not those who can", () => {
    const manager = { principals: [principal("p")], assignments: [assign("p", "contributor", G1)] };
    expect(rules(manager)).toContain("R26");
    expect(rules({ ...manager, assignments: [...manager.assignments, assign("p", "user-login", G1)] })).not.toContain("R26");
  });

  it("names custom roles with wildcards over machines, and no built-in ones", () => {
    const wild = role(
      "w",
      { dataActions: ["Microsoft.HybridCompute/machines/*"] },
      { type: "CustomRole", assignableScopes: [CORP] },
    );
    expect(
      found({ roleDefinitions: [wild, OWNER] })
        .filter(({ ruleId }) => ruleId === "R54")
        .map(({ roleId }) => roleId),
    ).toEqual(["w"]);
  });

  it("counts the machines below and puts the gravest first, under ids that stay the same", () => {
    const over = {
      assignments: [assign("p", "user-login", PROD), assign("p", ONBOARDING.id, G1)],
      principals: [principal("p")],
    };
    const once = found(over);
    expect(once.map(({ id }) => id)).toEqual(found(over).map(({ id }) => id));
    expect(once[0]?.severity).toBe("high");
    expect(once.find(({ ruleId }) => ruleId === "R18")?.machines).toBe(3);
  });
});

describe("[B23] drift of a role", () => {
  const documented = [
    "Microsoft.HybridCompute/machines/read",
    "Microsoft.HybridCompute/machines/write",
    "Microsoft.HybridCompute/settings/read",
    "Microsoft.HybridCompute/gateways/read",
    "Microsoft.HybridCompute/privateLinkScopes/read",
    "Microsoft.GuestConfiguration/guestConfigurationAssignments/read",
  ];
  const drift = (actions: string[]) =>
    roleDrift(ONBOARDING.id.toUpperCase(), [{ actions, notActions: [], dataActions: [], notDataActions: [] }]);

  it("is none when the definition is as documented, whatever its case", () =>
    expect(drift(documented.map((text) => text.toLowerCase()))).toBeNull());

  it("names what was added and what is gone", () => {
    expect(drift([...documented.slice(1), "Microsoft.HybridCompute/machines/addExtensions/action"])).toEqual({
      added: ["Microsoft.HybridCompute/machines/addExtensions/action"],
      removed: ["Microsoft.HybridCompute/machines/read"],
    });
  });

  it("is not known of roles that are not documented here", () => expect(roleDrift("x", [])).toBeNull());
});
