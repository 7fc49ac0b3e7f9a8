import "server-only";
import { prepareAccess } from "@/lib/domain/access/access-index";
import type { AccessFinding, AccessFindings, FindingRuleId } from "@/lib/domain/access/api";
import { findAccessProblems } from "@/lib/domain/findings/find";
import type { ServiceContext } from "../context";
import { fleetInputs } from "./inputs";

/** Findings change slowly; the age is shown. */
const INPUTS_AGE_MS = 5 * 60_000;

/** More of one kind are not read one by one; their number says enough. */
const LISTED_PER_RULE = 200;

/** The first findings of each rule, and how many there were of the rules that were cut. They come gravest first. */
export function listedFindings(all: readonly AccessFinding[]): Required<Pick<AccessFindings, "findings" | "shortened">> {
  const found = new Map<FindingRuleId, number>();
  const findings = all.filter(({ ruleId }) => {
    const count = (found.get(ruleId) ?? 0) + 1;
    found.set(ruleId, count);
    return count <= LISTED_PER_RULE;
  });
  const cut = [...found].filter(([, count]) => count > LISTED_PER_RULE);
  return { findings, shortened: cut.map(([ruleId, count]) => ({ ruleId, found: count })) };
}

/** What is wrong or risky about access, from what this operator can see. Throws AppError when nothing can be read. */
export async function listAccessFindings(args: { ctx: ServiceContext }): Promise<AccessFindings> {
  const { ctx } = args;
  const { inputs, completeness } = await fleetInputs(ctx, INPUTS_AGE_MS);
  const findings = findAccessProblems(prepareAccess(inputs, ctx.clock.now()));
  return { ...listedFindings(findings), atLeast: inputs.incomplete, completeness };
}
