import { describe, expect, it } from "vitest";
import { assign, deny, eligible, G1, MACHINE_1, NOW, principal, tenant } from "./access-fixture";
import { prepareAccess } from "./access-index";
import { cannotSignIn } from "./cannot-sign-in";
import { evaluateMachine } from "./evaluate-machine";
import type { AccessInputs } from "./types";

function reasonsOf(over: Partial<AccessInputs>, id = "p"): string[] | undefined {
  const access = evaluateMachine(prepareAccess(tenant({ principals: [principal("p")], ...over }), NOW), MACHINE_1);
  return cannotSignIn(access).find((row) => row.principal.id === id)?.reasons;
}

describe("why somebody with a role cannot sign in", () => {
  it("does not name who can, as user or as administrator", () => {
    expect(reasonsOf({ assignments: [assign("p", "user-login", G1), assign("p", "owner", G1)] })).toBeUndefined();
    expect(reasonsOf({ assignments: [assign("p", "admin-login", G1)] })).toBeUndefined();
  });

  it("[C22] says that owner and contributor alone are no sign-in role", () => {
    expect(reasonsOf({ assignments: [assign("p", "owner", G1)] })).toEqual(["ownerOrContributorOnly"]);
    expect(reasonsOf({ assignments: [assign("p", "contributor", G1)] })).toEqual(["ownerOrContributorOnly"]);
  });

  it("says that a reader has no sign-in role", () =>
    expect(reasonsOf({ assignments: [assign("p", "reader", G1)] })).toEqual(["noLoginRole"]));

  it("[C19] [C07] names a guest and a disabled account although the role is there", () => {
    const assignments = [assign("p", "user-login", G1)];
    expect(reasonsOf({ assignments, principals: [principal("p", "guest")] })).toEqual(["guest"]);
    expect(reasonsOf({ assignments, principals: [principal("p", "user", { enabled: false })] })).toEqual(["disabled"]);
  });

  it("names a role that must be activated first", () => {
    expect(reasonsOf({ eligibleInstances: [eligible("p", "admin-login", G1)] })).toEqual(["onlyEligible"]);
  });

  it("[C02] names a deny assignment", () => {
    const denyAssignments = [deny(G1, { dataActions: ["Microsoft.HybridCompute/machines/login*/action"] }, ["p"])];
    expect(reasonsOf({ assignments: [assign("p", "user-login", G1)], denyAssignments })).toEqual(["denied"]);
  });

  it("names a condition that could not be decided", () => {
    const condition = "((@Resource[x:y] StringEquals 'z'))";
    expect(reasonsOf({ assignments: [assign("p", "user-login", G1, { condition })] })).toEqual(["dependsOnCondition"]);
  });

  it("leaves out service principals, which nobody expects to sign in", () => {
    expect(
      reasonsOf({ assignments: [assign("p", "owner", G1)], principals: [principal("p", "servicePrincipal")] }),
    ).toBeUndefined();
  });

  it("lists the roles that were found, once each", () => {
    const assignments = [assign("p", "reader", G1), assign("p", "owner", G1), assign("p", "owner", "/")];
    const access = evaluateMachine(prepareAccess(tenant({ principals: [principal("p")], assignments }), NOW), MACHINE_1);
    expect(cannotSignIn(access)[0]?.roles).toEqual(["owner", "reader"]);
  });
});
