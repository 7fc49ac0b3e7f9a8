import { beforeEach, describe, expect, it } from "vitest";
import {
  addRole,
  assign,
  createTinyWorld,
  FOREIGN_SUBSCRIPTION,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
} from "../testing/tiny-world.ts";
import { CONTOSO_TENANT_ID, type World } from "../world/types.ts";
import { type AccessEvaluator, createAccessEvaluator, normaliseScope } from "./rbac.ts";

const ANN = { tenantId: CONTOSO_TENANT_ID, objectId: "ann" };
const READ = "Microsoft.HybridCompute/machines/read";
const WRITE = "Microsoft.HybridCompute/machines/write";
const MACHINE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app/providers/Microsoft.HybridCompute/machines/srv1`;
const PRODUCTION = "/providers/Microsoft.Management/managementGroups/production";

let world: World;
let nowMs: number;
let access: AccessEvaluator;

beforeEach(() => {
  world = createTinyWorld();
  nowMs = 1_000;
  access = createAccessEvaluator(world, () => nowMs);
  addRole(world, "reader", [{ actions: ["*/read"] }]);
  addRole(world, "owner", [{ actions: ["*"] }]);
  addRole(world, "login", [{ dataActions: ["Microsoft.HybridCompute/machines/login/action"] }]);
});

describe("scope", () => {
  it.each([
    ["the tenant root", "/"],
    ["the root management group", `/providers/Microsoft.Management/managementGroups/${CONTOSO_TENANT_ID}`],
    ["a management group two levels up", "/providers/Microsoft.Management/managementGroups/Landing-Zones"],
    ["the subscription's management group", PRODUCTION],
    ["the subscription, in other case and with a slash at the end", `/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}/`],
    ["the resource group", `/subscriptions/${SUBSCRIPTION}/resourcegroups/RG-APP`],
    ["the machine itself", MACHINE],
  ])("an assignment at %s covers the machine", (_name, scope) => {
    assign(world, "ann", "reader", scope);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
  });

  it.each([
    ["a sibling management group", "/providers/Microsoft.Management/managementGroups/sandbox"],
    ["another subscription", `/subscriptions/${OTHER_SUBSCRIPTION}`],
    ["a group whose name begins like the machine's group", `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`],
    ["a machine whose name begins like this one", `${MACHINE}0`],
    ["a child of the machine", `${MACHINE}/extensions/AADLogin`],
  ])("an assignment at %s does not", (_name, scope) => {
    assign(world, "ann", "reader", scope);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
  });

  it("rights at a management group count for the group itself and for groups below it, not for the one above", () => {
    assign(world, "ann", "reader", "/providers/Microsoft.Management/managementGroups/landing-zones");
    const read = "Microsoft.Management/managementGroups/read";
    expect(access.isAllowed(ANN, read, "/providers/Microsoft.Management/managementGroups/landing-zones")).toBe(true);
    expect(access.isAllowed(ANN, read, PRODUCTION)).toBe(true);
    expect(access.isAllowed(ANN, read, `/providers/Microsoft.Management/managementGroups/${CONTOSO_TENANT_ID}`)).toBe(false);
  });

  it("nothing reaches a subscription of another tenant", () => {
    assign(world, "ann", "owner", "/");
    expect(access.isAllowed(ANN, READ, `/subscriptions/${FOREIGN_SUBSCRIPTION}`)).toBe(false);
  });

  it("a management group that is its own ancestor ends the walk", () => {
    for (const group of world.managementGroups) if (group.id === CONTOSO_TENANT_ID) group.parentId = "production";
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
  });
});

describe("roles", () => {
  it("notActions take away only from the entry they stand in", () => {
    addRole(world, "two-entries", [{ actions: ["Microsoft.HybridCompute/*"], notActions: [WRITE] }, { actions: [WRITE] }]);
    addRole(world, "one-entry", [{ actions: ["Microsoft.HybridCompute/*"], notActions: [WRITE] }]);
    assign(world, "ann", "one-entry", MACHINE);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
    expect(access.isAllowed(ANN, WRITE, MACHINE)).toBe(false);
    assign(world, "ann", "two-entries", MACHINE);
    expect(access.isAllowed(ANN, WRITE, MACHINE)).toBe(true);
  });

  it("a data action needs a data action: Owner does not sign in to machines", () => {
    assign(world, "ann", "owner", MACHINE);
    expect(access.isAllowed(ANN, "Microsoft.HybridCompute/machines/login/action", MACHINE, true)).toBe(false);
    assign(world, "ann", "login", MACHINE);
    expect(access.isAllowed(ANN, "microsoft.hybridcompute/MACHINES/login/action", MACHINE, true)).toBe(true);
  });

  it("an assignment of a role that does not exist gives nothing", () => {
    assign(world, "ann", "gone", MACHINE);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
  });

  it("the role may be named by its guid or by its full id", () => {
    assign(world, "ann", "/providers/Microsoft.Authorization/roleDefinitions/READER", MACHINE);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
  });
});

describe("principals", () => {
  const group = (id: string, ...memberIds: string[]) =>
    world.groups.push({ id, tenantId: CONTOSO_TENANT_ID, displayName: id, securityEnabled: true, memberIds });

  it("rights of a group reach members of groups in it, and two groups in each other end", () => {
    group("outer", "inner");
    group("inner", "ann", "outer");
    assign(world, "outer", "reader", MACHINE, { principalType: "Group" });
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
    expect([...access.principalIds("ann")].sort()).toEqual(["ann", "inner", "outer"]);
    expect(access.isAllowed({ ...ANN, objectId: "ben" }, READ, MACHINE)).toBe(false);
  });

  it("a membership or an assignment that changes is seen at the next question", () => {
    group("team");
    assign(world, "team", "reader", MACHINE);
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
    world.groups[0]?.memberIds.push("ann");
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
    world.roleAssignments.pop();
    expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
    assign(world, "ann", "owner", MACHINE);
    expect(access.isAllowed(ANN, WRITE, MACHINE)).toBe(true);
  });
});

it("a fresh assignment counts from its effective time on, not 1 ms earlier", () => {
  assign(world, "ann", "reader", MACHINE, { effectiveFromMs: 5_000 });
  nowMs = 4_999;
  expect(access.isAllowed(ANN, READ, MACHINE)).toBe(false);
  nowMs = 5_000;
  expect(access.isAllowed(ANN, READ, MACHINE)).toBe(true);
});

it("normalises scopes to lower case with one slash at the start and none at the end", () => {
  expect(normaliseScope("//Subscriptions/A/")).toBe("/subscriptions/a");
  expect(normaliseScope("subscriptions/a")).toBe("/subscriptions/a");
  expect(normaliseScope("/")).toBe("/");
});
