import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddedTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
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
  store = await embeddedTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

describe("a tenant of 10,000 machines, 20,000 assignments and 1,000 groups with Azure's real quotas", () => {
  it("is read whole within one window of Resource Graph's quota", async () => {
    await control.clearRequests();
    const ctx = bench.as(SECURITY);
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
    // One seeded group hides its members from everybody; nothing else is missing.
    expect(completeness.missing.map(({ label }) => label)).toEqual(["Board office"]);
    expect(inputs.machines).toHaveLength(MACHINES);
    expect(inputs.assignments.length).toBeGreaterThanOrEqual(ASSIGNMENTS);
    expect(inputs.groups.length).toBeGreaterThanOrEqual(GROUPS);
    expect(count("resourceGraph")).toBeLessThanOrEqual(ONE_WINDOW);
    expect(asked.filter(({ status }) => status === 429)).toEqual([]);
    expect(fleet.column("read", "now")).toHaveLength(MACHINES);
  });
});
