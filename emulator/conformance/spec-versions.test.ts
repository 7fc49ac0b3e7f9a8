import { describe, expect, it } from "vitest";
import { specVersionFor } from "./spec-versions.ts";

const SUB = "/subscriptions/00000000-0000-0000-0000-000000000000";

describe("specVersionFor", () => {
  it.each([
    [`${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m`, "2024-07-10", "2024-07-10"],
    [`${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m`, "2025-01-13", "2024-11-10-preview"],
    [`${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m`, "2019-01-01", "2019-08-02"],
    [
      `${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m/providers/Microsoft.Authorization/roleAssignments`,
      "2022-04-01",
      "2022-04-01",
    ],
    [`${SUB}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances`, "2020-10-01", "2020-10-01"],
    [`${SUB}/providers/Microsoft.Authorization/roleAssignments/x`, "2022-04-01", "2022-04-01"],
    ["/providers/Microsoft.ResourceGraph/resources", "2022-10-01", "2024-04-01"],
    ["/subscriptions", "2022-12-01", "2022-12-01"],
    [`${SUB}/locations`, "2020-01-01", "2019-11-01"],
    [`${SUB}/resourcegroups/rg`, "2022-09-01", "2022-09-01"],
    [`/${SUB}/providers/Microsoft.HybridCompute`, "2021-04-01", "2021-04-01"],
  ])("judges %s at %s by %s", (path, asked, version) => {
    expect(specVersionFor(path, asked)?.version).toBe(version);
  });

  it("has nothing for paths that no description covers", () => {
    expect(specVersionFor("/providers/Microsoft.Management/managementGroups/root", "2023-04-01")).toBeNull();
  });
});
