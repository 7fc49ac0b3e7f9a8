import { describe, expect, it } from "vitest";
import { personaId } from "./personas.ts";
import { isActive, statusOf } from "./pim-life.ts";
import { rulesOf } from "./pim-rules.ts";
import { TEST_NOW, testWorld } from "./test-world.ts";

const world = testWorld();
const OPERATOR = personaId("olivia.operator");

describe("the seeded elevation", () => {
  it("lets the operator activate twenty roles: own ones over nine scopes and one of a group", () => {
    const groups = world.groups.filter((row) => row.memberIds.includes(OPERATOR)).map((row) => row.id);
    const rows = world.roleSchedules.filter((row) => row.kind === "eligibility" && isActive(row, TEST_NOW));
    const own = rows.filter((row) => row.principalId === OPERATOR);
    const byGroup = rows.filter((row) => groups.includes(row.principalId));
    expect([own.length, byGroup.length]).toEqual([19, 1]);
    expect(new Set(own.map((row) => row.scope)).size).toBe(9);
    expect(new Set([...own, ...byGroup].map((row) => `${row.scope}|${row.roleDefinitionGuid}`)).size).toBe(20);
  });

  it("asks for different things: plain, ticket, approval and two authentication contexts", () => {
    const kinds = new Set<string>();
    for (const { scope, roleDefinitionGuid } of world.pim.policies.values()) {
      for (const rule of rulesOf(world, scope, roleDefinitionGuid)) {
        if (rule.id === "Enablement_EndUser_Assignment" && "enabledRules" in rule) kinds.add(rule.enabledRules.join("+"));
        if (rule.ruleType === "RoleManagementPolicyApprovalRule" && rule.setting.isApprovalRequired) kinds.add("approval");
        if (rule.ruleType === "RoleManagementPolicyAuthenticationContextRule" && rule.isEnabled) kinds.add(rule.claimValue);
      }
    }
    expect([...kinds].sort()).toEqual(["", "Justification", "Justification+Ticketing", "approval", "c1", "c2"]);
  });

  it("has four requests that wait, one of the approver's own and one with three hours left", () => {
    const waiting = world.pim.requests.filter((row) => statusOf(world, row, TEST_NOW) === "PendingApproval");
    expect(waiting).toHaveLength(4);
    expect(waiting.filter((row) => row.requestorId === personaId("anton.approver"))).toHaveLength(1);
    const left = world.pim.approvals.filter((row) => waiting.some((one) => one.approvalId === row.id));
    expect(Math.min(...left.map((row) => row.expiresMs - TEST_NOW))).toBe(3 * 3_600_000);
  });

  it("has 25 standing assignments that could be eligible, of people who have accounts", () => {
    const rows = world.roleAssignments.filter((row) => row.description === "Given at the roll-out, used now and then");
    expect(rows).toHaveLength(25);
    expect(new Set(rows.map((row) => row.name)).size).toBe(25);
    expect(rows.filter((row) => !world.users.some((user) => user.id === row.principalId))).toEqual([]);
  });

  it("has a past: activations that ended, were given back, denied, forgotten; each with its request", () => {
    const statuses = world.pim.requests.map((row) => statusOf(world, row, TEST_NOW));
    for (const status of ["Provisioned", "Revoked", "Denied", "TimedOut", "Granted"]) expect(statuses).toContain(status);
    const names = new Set(world.pim.requests.map((row) => row.name));
    expect(world.roleSchedules.filter((row) => !names.has(row.requestName))).toEqual([]);
    expect(names.size).toBe(world.pim.requests.length);
    expect(new Set(world.pim.audits.map((row) => row.id)).size).toBe(world.pim.audits.length);
  });
});
