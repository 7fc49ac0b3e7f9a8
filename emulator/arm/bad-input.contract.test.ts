import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { armTestClient, errorOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const RUNS = 150;

beforeAll(async () => {
  azure = await startLocalAzure({
    machines: 250,
    options: { extensionQueuedMs: 0, extensionRunningMs: 0, enforceQuotas: false },
  });
});
afterAll(async () => {
  await azure.close();
});

const SIGN_IN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };
const part = fc.jsonValue({ maxDepth: 3 });
const bodies = fc.oneof(
  part,
  fc.record({ location: part, properties: part, tags: part, identity: part, kind: part }, { requiredKeys: [] }),
  fc.record({
    location: fc.constant("westeurope"),
    properties: fc.record({ ...constants(SIGN_IN), settings: part, autoUpgradeMinorVersion: part }),
  }),
  fc.record({
    identity: fc.record({
      type: fc.oneof(part, fc.constantFrom("None", "systemassigned", "UserAssigned")),
      userAssignedIdentities: part,
    }),
  }),
);

function constants<T extends Record<string, string>>(values: T): Record<keyof T, fc.Arbitrary<string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as Record<
    keyof T,
    fc.Arbitrary<string>
  >;
}

const path = (suffix: string): string => `${arm.machineId("ams-app-0001")}${suffix}`;

it.each([
  ["PUT", "/extensions/AADLogin"],
  ["PATCH", "/extensions/AADLogin"],
  ["PATCH", ""],
])(
  "answers any JSON in %s of machine%s with success or a named refusal, never with a failure of its own",
  async (method, suffix) => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const answer = await arm.call(method, path(suffix), { body: JSON.stringify(body) });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(errorOf(answer).code).not.toBe("");
        const machine = await arm.call("GET", path(""));
        expect([machine.status, machine.body.name]).toEqual([200, "ams-app-0001"]);
      }),
      { numRuns: RUNS },
    );
  },
);

it.each([
  ["PUT", "/extensions/AADLogin"],
  ["PATCH", "/extensions/AADLogin"],
  ["PATCH", ""],
])("answers %s of machine%s with members that bear the names of every object's own", async (method, suffix) => {
  const odd = { toString: 1, valueOf: null, constructor: [], hasOwnProperty: "x" };
  const properties = { ...SIGN_IN, settings: odd };
  for (const body of [
    { location: "westeurope", properties, tags: { a: odd } },
    { location: "westeurope", properties, tags: odd, identity: { type: odd } },
    { identity: { type: odd } },
    { location: odd, properties: odd, kind: odd },
  ]) {
    const answer = await arm.call(method, path(suffix), { body: JSON.stringify(body) });
    expect(answer.status).toBeLessThan(500);
  }
});

it("answers any filter with success or a named refusal", async () => {
  const sub = path("").split("/").slice(0, 3).join("/");
  const words = fc.constantFrom(
    "atScope()",
    "principalId",
    "eq",
    "and",
    "'x'",
    "assignedTo('a')",
    "eventTimestamp",
    "ge",
    "2026-11-01",
    "(",
    "'",
    "or",
  );
  const filters = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(words, { maxLength: 6 }).map((list) => list.join(" ")),
  );
  const places = fc.constantFrom(
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.Insights/eventtypes/management/values",
  );
  await fc.assert(
    fc.asyncProperty(places, filters, async (place, filter) => {
      const apiVersion = place.startsWith("Microsoft.Insights") ? "2015-04-01" : "2022-04-01";
      const answer = await arm.call("GET", `${sub}/providers/${place}?$filter=${encodeURIComponent(filter)}`, { apiVersion });
      expect([200, 400]).toContain(answer.status);
    }),
    { numRuns: RUNS },
  );
});
