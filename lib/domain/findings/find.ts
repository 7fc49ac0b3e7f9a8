import type { AccessIndex } from "../access/access-index";
import type { AccessFinding, FindingSeverity } from "../access/api";
import { evaluateFleet } from "../access/evaluate-fleet";
import type { FindingContext } from "./context";
import { grantFindings } from "./grant-rules";
import { machinesBelow } from "./machine-counts";
import { placeFindings } from "./place-rules";

const ORDER: readonly FindingSeverity[] = ["critical", "high", "medium", "low", "info"];

/**
 * All findings about access, gravest first and then by how many machines they concern. Pure: the same inputs give the same
 * findings under the same ids. Rules and sources: `rules.ts`.
 */
export function findAccessProblems(index: AccessIndex): AccessFinding[] {
  const context: FindingContext = {
    index,
    machines: machinesBelow(index),
    grantsOf: Map.groupBy(index.grants, ({ principalId }) => principalId),
  };
  const found = [...grantFindings(context), ...placeFindings(context, evaluateFleet(index))];
  const byId = new Map(found.map((finding) => [finding.id, finding]));
  return [...byId.values()].sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.machines - a.machines || (a.id < b.id ? -1 : 1),
  );
}
