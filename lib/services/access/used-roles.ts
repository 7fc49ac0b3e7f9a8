import "server-only";
import type { CallerOperation } from "@/lib/azure/ports";
import { createScopeParents, lastSegment, normaliseScope, scopeKind } from "@/lib/domain/access/scope";
import { countActions, roleForUse, type UsedLog, type UsedRolesView } from "@/lib/domain/access/used-actions";
import { AppError } from "@/lib/domain/errors";
import { problemOf } from "@/lib/domain/problem";
import type { ServiceContext } from "../context";
import { ARM_LANES } from "./fleet-sources";
import { mustStop } from "./gaps";
import { inLanes } from "./lanes";
import { readScopes } from "./scopes";
import { toDefinitionInput } from "./to-inputs";

type UsedContext = Pick<ServiceContext, "azure" | "signal" | "log" | "clock" | "traceId">;
type Place = { id: string; name: string };

/** Azure refuses a start more than 90 days back; the hour keeps clocks that differ from turning that into an error. */
const REACH_MS = 90 * 86_400_000 - 3_600_000;
const MOST_SUBSCRIPTIONS = 10;

/** The subscriptions at or below a scope, by name. */
async function placesOf(ctx: UsedContext, scope: string): Promise<Place[]> {
  const own = /^\/subscriptions\/([^/]+)/.exec(scope)?.[1];
  if (own !== undefined) return [{ id: own, name: own }];
  const tree = await readScopes(ctx);
  const parents = createScopeParents(tree);
  return tree.subscriptions
    .map(({ id, displayName }) => ({ id: lastSegment(id), name: displayName }))
    .filter(({ id }) => parents.covers(scope, `/subscriptions/${id}`))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function groupOf(scope: string): string | null {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/.exec(scope)?.[1] ?? null;
}

/** Whether an operation was done at the scope or below it; of subscriptions and above, the log read is the scope. */
function isBelow(scope: string, { resourceId }: CallerOperation): boolean {
  if (groupOf(scope) === null) return true;
  const target = normaliseScope(resourceId);
  return target === scope || target.startsWith(`${scope}/`);
}

/**
 * What a principal did at and below a scope in the last 90 days, by the activity logs that the operator may read, and the
 * smallest role for that against the role held. A log that cannot be read makes the answer "at least". Throws AppError when
 * the roles or the scopes cannot be read, or the role is not there.
 */
export async function usedRoles(args: {
  ctx: UsedContext;
  principal: string;
  scope: string;
  role: string;
}): Promise<UsedRolesView> {
  const { ctx, principal } = args;
  const scope = normaliseScope(args.scope);
  const to = ctx.clock.now();
  const range = { from: new Date(to.getTime() - REACH_MS).toISOString(), to: to.toISOString() };
  const options = { signal: ctx.signal };

  const [definitions, places] = await Promise.all([ctx.azure.access.roleDefinitions(scope, options), placesOf(ctx, scope)]);
  const roles = definitions.map(toDefinitionInput);
  const held = roles.find(({ id }) => lastSegment(id) === args.role.toLowerCase());
  if (held === undefined) {
    throw new AppError({
      code: "not_found",
      message: `There is no role ${args.role} at ${scope} that you can see.`,
      nextStep: "It may have been deleted since the page was loaded. Reload the page.",
    });
  }

  const operations: CallerOperation[] = [];
  const logs: UsedLog[] = [];
  await inLanes(places.slice(0, MOST_SUBSCRIPTIONS), ARM_LANES, async ({ id, name }) => {
    try {
      const asked = { principalId: principal, subscriptionId: id, resourceGroup: groupOf(scope), ...range };
      const read = await ctx.azure.resourceManager.operationsOf(asked, options);
      operations.push(...read.operations.filter((operation) => isBelow(scope, operation)));
      logs.push({ subscriptionId: id, name, readBackTo: read.readBackTo, problem: null });
    } catch (error) {
      if (mustStop(error, ctx)) throw error;
      if (!(error instanceof AppError)) ctx.log.error("access.partFailed", error, { traceId: ctx.traceId });
      logs.push({ subscriptionId: id, name, readBackTo: null, problem: problemOf(error, ctx.traceId) });
    }
  });
  logs.sort((a, b) => (a.name < b.name ? -1 : 1));
  const leftOut = places.slice(MOST_SUBSCRIPTIONS).map(({ name }) => name);
  const aboveSubscriptions = scope === "/" || scopeKind(scope) === "managementGroup";
  const isRead = logs.length > 0 && logs.every((log) => log.problem === null && log.readBackTo === null);
  const isWhole = isRead && leftOut.length === 0 && !aboveSubscriptions;
  const used = countActions(operations);
  return {
    ...roleForUse({ used, roles, held, scope, isWhole }),
    ...{ used, held: { id: held.id, name: held.name }, ...range, logs, leftOut, aboveSubscriptions, isWhole },
  };
}
