import { expect, it } from "vitest";
import { assign, G1, NOW, principal, tenant } from "@/lib/domain/access/access-fixture";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { findAccessProblems } from "@/lib/domain/findings/find";
import { listedFindings } from "./findings";

it.each([
  [200, 200, []],
  [201, 200, [{ ruleId: "R25", found: 201 }]],
])("lists %i findings of one rule as %i and says how many there are", (count, listed, shortened) => {
  const principals = Array.from({ length: count }, (_, index) => principal(`p${index}`, "deleted"));
  const assignments = principals.map(({ id }) => assign(id, "reader", G1));
  const result = listedFindings(findAccessProblems(prepareAccess(tenant({ principals, assignments }), NOW)));
  expect(result.findings.filter(({ ruleId }) => ruleId === "R25")).toHaveLength(listed);
  expect(result.shortened).toEqual(shortened);
});
