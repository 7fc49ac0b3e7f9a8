import { describe, expect, it } from "vitest";
import { assign, eligible, G1, NOW, role, S1, tenant } from "@/lib/domain/access/access-fixture";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { compareRoles, filterRoles, patternsOf, type RoleQuery, roleRows } from "./roles";

const ONBOARDING = "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7";
const MACHINES = "Microsoft.HybridCompute/machines";
const roles = roleRows(
  prepareAccess(
    tenant({
      roleDefinitions: [
        role("manager", { actions: [`${MACHINES}/*`], notActions: [`${MACHINES}/delete`] }, { name: "Server Manager" }),
        role(
          `${S1}/providers/Microsoft.Authorization/roleDefinitions/RUNNER`,
          { actions: [`${MACHINES}/runcommands/write`] },
          {
            name: "Runner 10",
            type: "CustomRole",
          },
        ),
        role("dns", { actions: ["Microsoft.Network/dnsZones/*"] }, { name: "Runner 9" }),
        role(
          ONBOARDING,
          { actions: [`${MACHINES}/read`, `${MACHINES}/write`, `${MACHINES}/addExtensions/action`] },
          { name: "Onboarding" },
        ),
      ],
      assignments: [assign("ada", "manager", G1), assign("ben", "MANAGER", S1)],
      eligibleInstances: [eligible("cleo", "runner", S1)],
    }),
    NOW,
  ),
);
const ALL: RoleQuery = { search: "", type: "all", capability: null, onMachines: false, driftOnly: false };
const names = (query: Partial<RoleQuery>) => filterRoles(roles, { ...ALL, ...query }).map(({ name }) => name);
const named = (name: string) => {
  const found = roles.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no role ${name}`);
  return found;
};

describe("the catalogue of roles", () => {
  it("[A20] says of every definition what it allows on machines, from its actions", () => {
    expect(named("Server Manager").capabilities).toContain("runCommand");
    expect(named("Server Manager").capabilities).not.toContain("delete");
    expect(named("Runner 10").capabilities).toEqual(["indirectAdmin", "becomeIdentity", "runCommand"]);
    expect(named("Runner 9").capabilities).toEqual([]);
  });

  it("counts assignments and eligibilities, whatever the case of the id", () => {
    expect(roles.map(({ name, assignments }) => [name, assignments])).toEqual([
      ["Onboarding", 0],
      ["Runner 9", 0],
      ["Runner 10", 1],
      ["Server Manager", 2],
    ]);
  });

  it("[B23] marks the onboarding role whose definition goes beyond its documentation", () => {
    expect(named("Onboarding").drift?.added).toEqual([`${MACHINES}/addExtensions/action`]);
    expect(names({ driftOnly: true })).toEqual(["Onboarding"]);
  });

  it("filters by type, by capability and by whether anything is allowed on machines", () => {
    expect(names({ type: "custom" })).toEqual(["Runner 10"]);
    expect(names({ type: "builtIn" })).toEqual(["Onboarding", "Runner 9", "Server Manager"]);
    expect(names({ capability: "runCommand" })).toEqual(["Runner 10", "Server Manager"]);
    expect(names({ onMachines: true })).toEqual(["Onboarding", "Runner 10", "Server Manager"]);
  });

  it("finds by name, id and action, every word of the search", () => {
    expect(names({ search: "runner 9" })).toEqual(["Runner 9"]);
    expect(names({ search: "dnszones" })).toEqual(["Runner 9"]);
    expect(names({ search: ONBOARDING.toUpperCase() })).toEqual(["Onboarding"]);
    expect(names({ search: "runner nothing" })).toEqual([]);
  });
});

describe("two roles side by side", () => {
  it("[B31] split into what only one has and what both have, by capability and by action", () => {
    const { capabilities, patterns } = compareRoles(named("Server Manager"), named("Runner 10"));
    expect(capabilities.both).toEqual(["indirectAdmin", "becomeIdentity", "runCommand"]);
    expect(capabilities.onlySecond).toEqual([]);
    expect(capabilities.onlyFirst).toContain("writeExtensions");
    expect(patterns.actions).toEqual({ onlyFirst: [`${MACHINES}/*`], both: [], onlySecond: [`${MACHINES}/runcommands/write`] });
    expect(patterns.notActions).toEqual({ onlyFirst: [`${MACHINES}/delete`], both: [], onlySecond: [] });
  });

  it("take patterns that differ in case only for the same", () => {
    const [a, b] = [named("Runner 10"), named("Runner 10")];
    const upper = {
      ...b,
      permissions: b.permissions.map((entry) => ({ ...entry, actions: entry.actions.map((one) => one.toUpperCase()) })),
    };
    expect(compareRoles(a, upper).patterns.actions.both).toHaveLength(1);
  });

  it("list a pattern of several entries once", () => {
    const entry = { actions: ["a/read"], notActions: [], dataActions: [], notDataActions: [] };
    expect(patternsOf([entry, { ...entry, actions: ["A/READ", "b/read"] }], "actions")).toEqual(["A/READ", "b/read"]);
  });
});
