import { describe, expect, it } from "vitest";
import type { DirectoryRow, PimInstanceRow, RoleDefinitionRow } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import { quiet } from "../operations/testing";
import { createSignInReader } from "./sign-in-holders";

const SUB = "10ca1a2e-0000-4000-8000-000000000001";
const LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const machine = (name: string) => ({
  id: `/subscriptions/${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/${name}`,
  name,
  principalId: null,
});
const person = (id: string, over: Partial<DirectoryRow> = {}): DirectoryRow => ({
  id,
  kind: "user",
  displayName: id,
  userPrincipalName: `${id}@contoso.example`,
  appId: null,
  userType: "Member",
  accountEnabled: true,
  servicePrincipalType: null,
  alternativeNames: [],
  ...over,
});
const guid = (last: string) => `10ca1a2e-0000-4000-8000-0000000000${last}`;

function definition(name: string, dataActions: string[], actions: string[] = []): RoleDefinitionRow {
  const permissions = [{ actions, notActions: [], dataActions, notDataActions: [], condition: null, conditionVersion: null }];
  const id = `/providers/Microsoft.Authorization/roleDefinitions/${name}`;
  return {
    id,
    name,
    roleName: name,
    roleType: "BuiltInRole",
    description: "",
    assignableScopes: ["/"],
    permissions,
    updatedAt: null,
  };
}

const graphRow = (id: string, role: string, principalId: string, scope: string, type = "User") => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`,
  scope,
  principalId,
  principalType: type,
  roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
});

type World = {
  assignments: Record<string, unknown>[];
  eligible: PimInstanceRow[];
  people: DirectoryRow[];
  members: Record<string, DirectoryRow[]>;
  directoryFails: boolean;
};

function world(over: Partial<World> = {}) {
  const own: World = { assignments: [], eligible: [], people: [], members: {}, directoryFails: false, ...over };
  const queries: string[] = [];
  const roles = [definition(LOGIN, ["Microsoft.HybridCompute/machines/login/action"]), definition(OWNER, [], ["*"])];
  const page = (rows: Record<string, unknown>[]) => ({
    rows,
    total: rows.length,
    skipToken: null,
    quotaRemaining: null,
    quotaResetsAfterMs: null,
  });
  const azure = {
    resourceGraph: {
      query: async ({ query }: { query: string }) => {
        queries.push(query);
        if (query.includes("roledefinitions'")) {
          return page(
            roles.map(({ id, name, permissions }) => ({
              id,
              name,
              properties: { roleName: name, type: "BuiltInRole", permissions, assignableScopes: ["/"] },
            })),
          );
        }
        if (query.includes("roleassignments'"))
          return page(own.assignments.filter(({ roleDefinitionId }) => query.includes(String(roleDefinitionId).slice(-36))));
        return page([]);
      },
    },
    access: { denyAssignments: async () => [], pimActive: async () => [], pimEligible: async () => own.eligible },
    directory: {
      byIds: async (ids: readonly string[]) => {
        if (own.directoryFails) throw new AppError({ code: "forbidden", message: "no directory" });
        return own.people.filter(({ id }) => ids.includes(id));
      },
      membersOf: async (ids: readonly string[]) =>
        ids.map((groupId) => ({ groupId, members: own.members[groupId] ?? [], complete: true, error: null })),
    },
  } as unknown as AzureClients;
  let ms = Date.parse("2026-03-01T10:00:00Z");
  const clock = { now: () => new Date(ms) };
  const ctx = { azure, clock, log: quiet, traceId: "trace", signal: new AbortController().signal };
  const reader = createSignInReader(ctx, async () => [SUB], []);
  const pass = (by: number): void => {
    ms += by;
  };
  const at = async (name: string, granted: Parameters<typeof reader.at>[1] = []) =>
    (await reader.at([machine(name)], granted)).get(machine(name).id.toLowerCase());
  return { at, queries, pass };
}

const scope = `/subscriptions/${SUB}`;

describe("who may sign in", () => {
  it("is nobody where only an owner stands: owning a machine is no right to sign in", async () => {
    const { at } = world({ assignments: [graphRow("a1", OWNER, guid("01"), scope)], people: [person(guid("01"))] });
    expect(await at("m1")).toEqual({ now: 0, eligible: 0, complete: true });
  });

  it("counts people at the scope and above it, and members of groups, each once", async () => {
    const group = person(guid("0f"), { kind: "group" });
    const { at } = world({
      assignments: [
        graphRow("a1", LOGIN, guid("01"), scope),
        graphRow("a2", LOGIN, guid("0f"), `${scope}/resourceGroups/rg`, "Group"),
        graphRow("a3", LOGIN, guid("03"), `${scope}/resourceGroups/other`),
      ],
      people: [person(guid("01")), group, person(guid("03"))],
      members: { [guid("0f")]: [person(guid("01")), person(guid("02"))] },
    });
    expect(await at("m1")).toEqual({ now: 2, eligible: 0, complete: true });
  });

  it("does not count people who are disabled or guests", async () => {
    const { at } = world({
      assignments: [graphRow("a1", LOGIN, guid("01"), scope), graphRow("a2", LOGIN, guid("02"), scope)],
      people: [person(guid("01"), { accountEnabled: false }), person(guid("02"), { userType: "Guest" })],
    });
    expect(await at("m1")).toEqual({ now: 0, eligible: 0, complete: true });
  });

  it("tells those who would have to activate a role first", async () => {
    const row: PimInstanceRow = {
      ...{ id: "e1", scope, principalId: guid("01"), principalType: "User", startsAt: null, endsAt: null },
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${LOGIN}`,
      ...{ assignmentType: null, memberType: null, linkedEligibilityId: null, originRoleAssignmentId: null },
      ...{ condition: null, conditionVersion: null },
    };
    const { at } = world({ eligible: [row], people: [person(guid("01"))] });
    expect(await at("m1")).toEqual({ now: 0, eligible: 1, complete: true });
  });

  it("says 'at least' where the directory could not be read", async () => {
    const { at } = world({ assignments: [graphRow("a1", LOGIN, guid("01"), scope)], directoryFails: true });
    expect((await at("m1"))?.complete).toBe(false);
  });

  it("counts a role that the roll-out has just assigned, which Resource Graph does not show yet", async () => {
    const { at } = world({ people: [person(guid("01"))] });
    const { id } = machine("m1");
    const own = {
      id: `${id}/providers/Microsoft.Authorization/roleAssignments/a9`,
      scope: id,
      principalId: guid("01"),
      principalType: "User",
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${LOGIN}`,
      condition: null,
      createdOn: null,
    };
    expect((await at("m1", [own]))?.now).toBe(1);
    expect((await at("m2", [own]))?.now).toBe(0);
  });

  it("reads once a minute, however many machines are asked about, and only the roles that give a sign-in", async () => {
    const { at, queries, pass } = world({
      assignments: [graphRow("a1", LOGIN, guid("01"), scope)],
      people: [person(guid("01"))],
    });
    for (const name of ["m1", "m2", "m3"]) await at(name);
    const once = queries.length;
    expect(queries.filter((query) => query.includes(OWNER))).toEqual([]);
    pass(59_000);
    await at("m1");
    expect(queries).toHaveLength(once);
    pass(1_001);
    await at("m1");
    expect(queries).toHaveLength(once * 2);
  });
});
