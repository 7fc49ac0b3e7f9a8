import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { fleetInputs } from "./inputs";
import { type AccessBench, createAccessBench, SECURITY } from "./testing";

const MACHINES = 10_000;
const ASSIGNMENTS = 20_000;
const GROUPS = 1_000;
/** Resource Graph lets one person ask 15 times in five seconds. */
const ONE_WINDOW = 15;

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: MACHINES, assignments: ASSIGNMENTS, groups: GROUPS });
  control = createControlClient(azure.controlOrigin);
  // With this consent the one group that hides its members opens, so that everything may be read.
  await control.setOptions({ consentedGraphScopes: ["Member.Read.Hidden"] });
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

/** Both programs share one process here: a busy machine must not turn into repeated requests. */
function patient(): ServiceContext {
  const azureClients = bench.fixture.clientsFor(SECURITY, { attemptTimeoutMs: 120_000, budgetMs: 240_000 });
  return { ...bench.as(SECURITY), azure: azureClients };
}

describe("a tenant of 10,000 machines, 20,000 assignments and 1,000 groups with Azure's real quotas", () => {
  it("is read whole within one window of Resource Graph's quota", { timeout: 240_000 }, async () => {
    await control.clearRequests();
    const ctx = patient();
    const startedMs = performance.now();
    const { inputs, completeness } = await fleetInputs(ctx, 0);
    const readMs = performance.now() - startedMs;
    const fleet = evaluateFleet(prepareAccess(inputs, ctx.clock.now()));
    const totalMs = performance.now() - startedMs;
    const asked = await control.requests({});
    const count = (face: string) => asked.filter((exchange) => exchange.face === face).length;
    console.log(
      `access inputs: ${inputs.machines.length} machines, ${inputs.assignments.length} assignments, ${inputs.groups.length} groups, ${inputs.principals.length} principals read in ${Math.round(readMs)} ms, evaluated after ${Math.round(totalMs)} ms; Resource Graph ${count("resourceGraph")}, ARM ${count("arm")}, Graph ${count("graph")} requests`,
    );
    expect(completeness).toMatchObject({ complete: true, missing: [] });
    expect(completeness.received).toBe(completeness.expected);
    expect(inputs.machines).toHaveLength(MACHINES);
    expect(inputs.assignments.length).toBeGreaterThanOrEqual(ASSIGNMENTS);
    expect(inputs.groups.length).toBeGreaterThanOrEqual(GROUPS);
    expect(count("resourceGraph")).toBeLessThanOrEqual(ONE_WINDOW);
    expect(asked.filter(({ status }) => status === 429)).toEqual([]);
    const lists = asked
      .filter(({ face, url }) => face === "arm" && !url.includes("skiptoken"))
      .map(({ path }) => path.toLowerCase());
    expect(lists.filter((path) => !/^\/subscriptions\/[^/]+\/providers\/microsoft\.authorization\/[^/]+$/.test(path))).toEqual(
      [],
    );
    expect(new Set(lists).size).toBe(lists.length);
    const batched = asked.filter(({ path }) => path.endsWith("/$batch"));
    const groups = batched.flatMap(({ requestBody }) => requestBody.match(/\/groups\/[^/]+\/members/g) ?? []);
    expect(new Set(groups).size).toBe(groups.length);
    expect(groups.length).toBe(inputs.groups.length);
    expect(fleet.column("read", "now")).toHaveLength(MACHINES);
  });

  it("takes the rest from Resource Graph when Resource Manager refuses the second page of a subscription", {
    timeout: 240_000,
  }, async () => {
    const before = await fleetInputs(patient(), 3_600_000);
    const body = { error: { code: "AuthorizationFailed", message: "refused by the test" } };
    const match = { face: "arm", method: "GET", path: "/roleAssignments\\?.*skiptoken" } as const;
    const fault = await control.addFault({ match, effect: { kind: "respond", status: 403, body }, times: 1 });
    const again = await fleetInputs(patient(), -1);
    expect((await control.faults()).find(({ id }) => id === fault)?.applied).toBe(1);
    await control.removeFault(fault);
    expect(again.completeness).toMatchObject({ complete: true, received: before.completeness.received });
    const ids = (read: typeof again) => read.inputs.assignments.map(({ id }) => id.toLowerCase()).sort();
    expect(ids(again)).toEqual(ids(before));
  });

  it("reads a group of thousands of people page by page, whole, and a larger one up to the limit", {
    timeout: 240_000,
  }, async () => {
    const ctx = bench.as(SECURITY);
    const { inputs } = await fleetInputs(ctx, 3_600_000);
    const people = inputs.principals.filter(({ kind }) => kind === "user").map(({ id }) => id);
    expect(people.length).toBeGreaterThan(7_000);
    const groupId = await control.addGroup("Everybody", people);
    const startedMs = performance.now();
    const [whole] = await ctx.azure.directory.membersOf([groupId], 20_000);
    console.log(`a group of ${people.length} members read in ${Math.round(performance.now() - startedMs)} ms`);
    expect(whole).toMatchObject({ complete: true, error: null });
    expect(new Set(whole?.members.map(({ id }) => id)).size).toBe(people.length);
    const [cut] = await ctx.azure.directory.membersOf([groupId], 5_000);
    expect(cut?.complete).toBe(false);
    expect(cut?.members.length).toBeGreaterThanOrEqual(5_000);
    expect(cut?.members.length).toBeLessThan(people.length);
  });
});
