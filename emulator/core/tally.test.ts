import { expect, it } from "vitest";
import { createTally } from "./tally.ts";

const MACHINE = "/subscriptions/1/resourceGroups/g/providers/Microsoft.HybridCompute/machines/m";

it.each([
  ["arm", `${MACHINE}/extensions/AADLogin`, "extensions"],
  ["arm", `${MACHINE}/upgradeExtensions`, "upgradeextensions"],
  ["arm", `${MACHINE}/providers/Microsoft.Authorization/roleAssignments/a`, "roleassignments"],
  ["arm", "/subscriptions/1/providers/Microsoft.HybridCompute/locations/x/operationstatus/y", "operationstatus"],
  ["arm", "/subscriptions", "subscriptions"],
  ["graph", "/v1.0/devices", "devices"],
  ["resourceGraph", "/providers/Microsoft.ResourceGraph/resources", "providers"],
] as const)("of %s %s is about %s", (face, path, about) => {
  const tally = createTally();
  tally.add({ face, method: "GET", path, status: 200, atMs: 1 });
  expect(tally.rows().map((row) => row.about)).toEqual([about]);
});

it("counts by answer, remembers the first and the last, most frequent first, and forgets on demand", () => {
  const tally = createTally();
  const put = (status: number, atMs: number) =>
    tally.add({ face: "arm", method: "PUT", path: `${MACHINE}/extensions/e`, status, atMs });
  put(429, 4);
  for (const atMs of [5, 7, 9]) put(202, atMs);
  expect(tally.rows()).toEqual([
    { face: "arm", method: "PUT", about: "extensions", status: 202, count: 3, firstAtMs: 5, lastAtMs: 9 },
    { face: "arm", method: "PUT", about: "extensions", status: 429, count: 1, firstAtMs: 4, lastAtMs: 4 },
  ]);
  tally.clear();
  expect(tally.rows()).toEqual([]);
});
