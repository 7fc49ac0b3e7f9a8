import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientFixture, createClientFixture } from "@/lib/azure/client-fixture";
import type { Database } from "@/lib/db/database";
import { type MachineRef, parseMachineId } from "@/lib/domain/machine";
import type { FaultRule } from "../../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { ADA, quiet } from "../operations/testing";
import { readMachineInputs } from "./read-machine";
import { listScopes } from "./scope-list";

const OPERATOR = "olivia.operator@contoso.example";

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let machine: MachineRef;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name | order by id asc";
  const { rows } = await fixture.clientsFor(OPERATOR).resourceGraph.query({ query });
  const ref = parseMachineId(String(rows[0]?.id));
  if (ref === null) throw new Error("no machine");
  machine = ref;
});
afterAll(() => azure.close());

function as(upn: string): ServiceContext {
  return {
    operator: { ...ADA, objectId: upn, name: upn, tenantId: fixture.config.tenantId },
    azure: fixture.clientsFor(upn, { attemptTimeoutMs: 2_000 }),
    db: {} as Database,
    config: fixture.config,
    clock: { now: () => new Date() },
    log: quiet,
    traceId: "trace",
    signal: new AbortController().signal,
  };
}

beforeEach(() => control.clearFaults());

function refused(code: string, message: string): FaultRule["effect"] {
  return { kind: "respond", status: 403, body: { error: { code, message } } };
}

it("lists management groups and subscriptions to choose from, each below its parent, only those that the operator sees", async () => {
  const own = azure.world.managementGroups.filter(({ tenantId }) => tenantId === fixture.config.tenantId);
  const { scopes } = await listScopes({ ctx: as(OPERATOR) });
  const groups = scopes.filter(({ kind }) => kind === "managementGroup");
  expect(groups.map(({ name }) => name).toSorted()).toEqual(own.map(({ displayName }) => displayName).toSorted());
  for (const { id, parentId } of own) {
    const at = (name: string) =>
      scopes.findIndex((row) => row.id.toLowerCase().endsWith(`/managementgroups/${name.toLowerCase()}`));
    if (parentId === null) expect(scopes[at(id)]?.depth).toBe(0);
    else expect([at(id) > at(parentId), scopes[at(id)]?.depth]).toEqual([true, (scopes[at(parentId)]?.depth ?? 0) + 1]);
  }
  const seen = async (upn: string) =>
    (await listScopes({ ctx: as(upn) })).scopes.filter(({ kind }) => kind === "subscription").map(({ name }) => name);
  expect((await seen(OPERATOR)).length).toBeGreaterThan(5);
  expect(await seen("wade.wholesale@contoso.example")).toEqual(["Non-production 01"]);
});

describe("reading what decides access to one machine", () => {
  it("brings assignments at and above the machine, their roles, people and the groups between", async () => {
    const { inputs } = await readMachineInputs(as(OPERATOR), machine);
    const above = (scope: string) => {
      const chain = [inputs.machines[0]?.id ?? "", ...inputs.managementGroups.map(({ id }) => id)].map((id) => id.toLowerCase());
      return scope === "/" || chain.some((id) => id === scope.toLowerCase() || id.startsWith(`${scope.toLowerCase()}/`));
    };
    expect(inputs.assignments.length).toBeGreaterThan(0);
    expect(inputs.assignments.filter(({ scope }) => !above(scope))).toEqual([]);
    const roles = new Set(inputs.roleDefinitions.map(({ id }) => id.slice(id.lastIndexOf("/") + 1).toLowerCase()));
    expect(roles.size).toBeGreaterThan(400);
    const named = new Map(inputs.principals.map((principal) => [principal.id.toLowerCase(), principal]));
    for (const { principalId } of inputs.assignments) expect(named.has(principalId.toLowerCase())).toBe(true);
    const groups = new Set(inputs.groups.map(({ groupId }) => groupId.toLowerCase()));
    for (const { id, kind } of inputs.principals) if (kind === "group") expect(groups.has(id.toLowerCase())).toBe(true);
    for (const { memberIds } of inputs.groups) for (const id of memberIds) expect(named.has(id.toLowerCase())).toBe(true);
  });

  it("names the management groups above the machine's subscription up to the root", async () => {
    const { inputs } = await readMachineInputs(as(OPERATOR), machine);
    const [subscription] = inputs.subscriptions;
    const names: string[] = [];
    let id: string | null = subscription?.managementGroupId ?? null;
    while (id !== null) {
      const group = inputs.managementGroups.find((row) => row.id === id);
      names.push(group?.displayName ?? "?");
      id = group?.parentId ?? null;
    }
    expect(names.at(-1)).toBe("Tenant Root Group");
    expect(names).not.toContain("?");
  });

  it.each([
    ["the role assignments", "/roleAssignments", "assignments"],
    ["the role definitions", "/roleDefinitions", "roleDefinitions"],
    ["the deny assignments", "/denyAssignments", "denyAssignments"],
  ] as const)("goes on without %s when Azure refuses them, and says so", async (_what, path, source) => {
    await control.addFault({
      match: { face: "arm", method: "GET", path },
      effect: refused("AuthorizationFailed", "no right here"),
    });
    const { inputs, gaps, asOf } = await readMachineInputs(as(OPERATOR), machine);
    expect(inputs.machines).toHaveLength(1);
    expect(inputs.incomplete.filter((gap) => gap.source === source)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining("no right here") }),
    ]);
    expect(gaps.completeness(asOf, 1, null)).toMatchObject({ complete: false });
  });

  it("shows principals as unknown, never as deleted, when the directory may not be read", async () => {
    await control.addFault({
      match: { face: "graph", method: "POST", path: "getByIds" },
      effect: refused("Authorization_RequestDenied", "Insufficient privileges."),
    });
    const { inputs } = await readMachineInputs(as(OPERATOR), machine);
    expect(inputs.incomplete.some(({ source }) => source === "principals")).toBe(true);
    expect(inputs.principals.some(({ kind }) => kind === "deleted")).toBe(false);
    expect(inputs.principals.some(({ kind }) => kind === "unknown")).toBe(true);
  });
});
