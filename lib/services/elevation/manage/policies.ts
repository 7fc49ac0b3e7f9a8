import "server-only";
import type { PimPolicyRow } from "@/lib/azure/pim-ports";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { roleDefinitionIdAt } from "@/lib/domain/access/write-request";
import type { GivenRuleAnswer, PolicyList, PolicyRow } from "@/lib/domain/elevation/manage/api";
import { settingsOf } from "@/lib/domain/elevation/manage/policy-settings";
import { readPolicy } from "@/lib/domain/elevation/policy";
import { AppError } from "@/lib/domain/errors";
import { problemOf } from "@/lib/domain/problem";
import { ARM_LANES } from "../../access/fleet-sources";
import { createGaps, mustStop } from "../../access/gaps";
import { inLanes } from "../../access/lanes";
import type { ServiceContext } from "../../context";
import { type FleetFacts, readFleetFacts } from "./fleet";

const INPUTS_AGE_MS = 60_000;
/** Scopes whose settings are read in one list: each is a list of hundreds of policies at Azure. */
const MOST_SCOPES = 200;

type Use = Map<string, { eligible: number; standing: number; running: number }>;

const pairKey = (roleDefinitionId: string, scope: string): string => `${lastSegment(roleDefinitionId)}|${normaliseScope(scope)}`;

type UsedScope = { scope: string; roleIds: Set<string> };

function inUse(facts: FleetFacts): { use: Use; scopes: Map<string, UsedScope> } {
  const use: Use = new Map();
  const scopes = new Map<string, UsedScope>();
  const add = (roleId: string, scope: string, field: "eligible" | "standing" | "running") => {
    const key = pairKey(roleId, scope);
    const entry = use.get(key) ?? { eligible: 0, standing: 0, running: 0 };
    entry[field]++;
    use.set(key, entry);
    const place = scopes.get(normaliseScope(scope)) ?? { scope, roleIds: new Set() };
    place.roleIds.add(lastSegment(roleId));
    scopes.set(normaliseScope(scope), place);
  };
  for (const row of facts.eligible) add(row.roleDefinitionId, row.scope, "eligible");
  for (const row of facts.running) add(row.roleDefinitionId, row.scope, "running");
  for (const row of facts.timeBound) add(row.roleDefinitionId, row.scope, "standing");
  for (const row of facts.standing) {
    if (row.kind === "user" || row.kind === "guest" || row.kind === "group") add(row.roleId, row.scope.id, "standing");
  }
  return { use, scopes };
}

function toRow(facts: FleetFacts, use: Use, row: PimPolicyRow): PolicyRow {
  const policy = readPolicy({ ...row, id: row.policyId });
  const key = pairKey(row.roleDefinitionId, row.scope);
  return {
    key,
    policyId: row.policyId,
    role: facts.names.role(row.roleDefinitionId),
    scope: facts.names.scope(row.scope),
    settings: settingsOf(policy),
    unknownRules: policy.unknownRules.map(({ type, id }) => `${type} (${id})`),
    use: use.get(key) ?? { eligible: 0, standing: 0, running: 0 },
    lastModifiedAt: row.lastModifiedAt,
    lastModifiedBy: row.lastModifiedBy,
  };
}

function scopeLimitError(total: number): AppError {
  return new AppError({
    code: "upstream",
    message: `Role settings of the first ${MOST_SCOPES} of ${total} scopes were read.`,
    nextStep: "Choose a narrower scope to see the rest.",
  });
}

/**
 * Settings of roles at every scope where somebody has or may activate a role. Without `all`, only of those roles. Settings are
 * not inherited in Azure, so each scope has its own (PIM role settings).
 */
export async function listPolicies(args: { ctx: ServiceContext; all: boolean }): Promise<PolicyList> {
  const { ctx, all } = args;
  const facts = await readFleetFacts(ctx, INPUTS_AGE_MS);
  const gaps = createGaps(ctx);
  const { use, scopes } = inUse(facts);
  const chosen = [...scopes.values()].slice(0, MOST_SCOPES);
  if (scopes.size > MOST_SCOPES) gaps.note("scopes", null, "Role settings", scopeLimitError(scopes.size));
  const rows: PolicyRow[] = [];
  await inLanes(chosen, ARM_LANES, async ({ scope, roleIds }) => {
    // A scope has the settings of hundreds of roles: only those in use are asked for.
    const roleDefinitionIds = [...roleIds].map((id) => roleDefinitionIdAt(scope, id));
    const label = `Role settings of ${facts.names.scope(scope).name}`;
    const found = await gaps.orElse("eligibleInstances", scope, label, [], () =>
      ctx.azure.pim.policies(all ? { scope } : { scope, roleDefinitionIds }, { signal: ctx.signal }),
    );
    // A list at a scope may show what holds above it; only the scope's own settings can be changed there.
    const own = found.filter((row) => normaliseScope(row.scope) === normaliseScope(scope));
    rows.push(...own.map((row) => toRow(facts, use, row)).filter(({ key }) => all || use.has(key)));
  });
  rows.sort(
    (left, right) => left.scope.name.localeCompare(right.scope.name, "en") || left.role.name.localeCompare(right.role.name, "en"),
  );
  const { completeness } = facts;
  const own = gaps.completeness(completeness.asOf, 0, null).missing;
  return {
    rows,
    completeness: {
      ...completeness,
      complete: completeness.complete && own.length === 0,
      missing: [...own, ...completeness.missing],
      received: rows.length,
      expected: null,
    },
  };
}

/** What the policy lets administrators give at a scope, so that a form can say it before anything is sent. */
export async function givenRule(args: {
  ctx: ServiceContext;
  of: "eligible" | "active";
  scope: string;
  roleId: string;
}): Promise<GivenRuleAnswer> {
  const { ctx, of, scope, roleId } = args;
  const roleDefinitionIds = [roleDefinitionIdAt(scope, roleId)];
  try {
    const [row] = await ctx.azure.pim.policies({ scope, roleDefinitionIds }, { signal: ctx.signal });
    return { rule: row === undefined ? null : readPolicy({ ...row, id: row.policyId })[of], problem: null };
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    return { rule: null, problem: problemOf(error, ctx.traceId) };
  }
}
