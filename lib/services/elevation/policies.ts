import "server-only";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { readPolicy } from "@/lib/domain/elevation/policy";
import type { PolicyAnswer } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import { problemOf } from "@/lib/domain/problem";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { placeKey } from "./rows";

const LANES = 4;

export type PolicyPair = { scope: string; roleDefinitionId: string };
export type PolicyBook = {
  /** The settings of a role at exactly this scope; "not known" with a reason when they could not be read. */
  of(pair: PolicyPair): PolicyAnswer;
  failures: { scope: string; error: unknown }[];
};

function notListed(pair: PolicyPair, traceId: string): PolicyAnswer {
  const error = new AppError({
    code: "not_found",
    message: `Azure lists no settings of role ${lastSegment(pair.roleDefinitionId)} at ${pair.scope}.`,
    nextStep: "Send the request all the same: Azure checks it against the settings that hold.",
  });
  return { known: false, problem: problemOf(error, traceId) };
}

/** Settings of roles, read scope by scope. They are not inherited, so each scope is asked (PIM: role settings). */
export async function readPolicies(ctx: ServiceContext, pairs: readonly PolicyPair[]): Promise<PolicyBook> {
  const byScope = Map.groupBy(pairs, ({ scope }) => normaliseScope(scope));
  const known = new Map<string, PolicyAnswer>();
  const failures: PolicyBook["failures"] = [];
  await inLanes([...byScope.values()], LANES, async (wanted) => {
    const [first] = wanted;
    if (first === undefined) return;
    const roleDefinitionIds = [
      ...new Map(wanted.map((pair) => [lastSegment(pair.roleDefinitionId), pair.roleDefinitionId])).values(),
    ];
    const asOf = ctx.clock.now().toISOString();
    try {
      const rows = await ctx.azure.pim.policies({ scope: first.scope, roleDefinitionIds }, { signal: ctx.signal });
      for (const row of rows) {
        const policy = readPolicy({ ...row, id: row.policyId });
        known.set(placeKey({ scope: first.scope, roleDefinitionId: row.roleDefinitionId }), { known: true, policy, asOf });
      }
    } catch (error) {
      if (mustStop(error, ctx)) throw error;
      failures.push({ scope: first.scope, error });
      const problem = problemOf(error, ctx.traceId);
      for (const pair of wanted) known.set(placeKey(pair), { known: false, problem });
    }
  });
  return { of: (pair) => known.get(placeKey(pair)) ?? notListed(pair, ctx.traceId), failures };
}

/** Where the settings of a request for a narrowed scope may stand: there, its group, its subscription. */
export function approvalPairs(row: PolicyPair): PolicyPair[] {
  const parents = /^(\/subscriptions\/[^/]+)(\/resourceGroups\/[^/]+)?/i.exec(row.scope);
  const [, subscription, group] = parents ?? [];
  const above = subscription === undefined ? [] : [...(group === undefined ? [] : [`${subscription}${group}`]), subscription];
  return [row.scope, ...above].map((scope) => ({ scope, roleDefinitionId: row.roleDefinitionId }));
}

/**
 * The settings that make a request wait: the nearest that ask for an approval. A request does not name the scope of its
 * eligibility, whose settings count (PIM: role settings are not inherited).
 */
export function approvalPolicyOf(policies: PolicyBook, row: PolicyPair): PolicyAnswer {
  const answers = approvalPairs(row).map(policies.of);
  const asking = answers.find((answer) => answer.known && answer.policy.activation.approval.required);
  return asking ?? answers.find(({ known }) => known) ?? policies.of(row);
}
