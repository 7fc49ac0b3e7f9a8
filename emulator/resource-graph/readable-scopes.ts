import { accessTables } from "../core/access-tables.ts";
import type { Caller, EmulatorContext } from "../core/contract.ts";

/** What the caller may read, worked out per subscription and group once per request and not per row. */
export type ReadableScopes = {
  canReadScope(action: string, scope: string): boolean;
  /** A test for the resources of one subscription; the id is made only for callers whose rights are narrower than a group. */
  readerOf(action: string, subscriptionId: string): (resourceGroup: string, id: () => string) => boolean;
  /** Whether anything at all in the subscription is readable. */
  reaches(subscriptionId: string): boolean;
};

const RESOURCE_SCOPE = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\//;
const GROUP_READ = "Microsoft.Resources/subscriptions/resourceGroups/read";

export function createReadableScopes(ctx: EmulatorContext, caller: Caller): ReadableScopes {
  const known = new Map<string, boolean>();
  const tables = accessTables(ctx.world);
  const deepScopes = [...tables.principalIds(caller.objectId)]
    .flatMap((id) => tables.assignmentsOf(id).map((row) => row.scope))
    .filter((scope) => RESOURCE_SCOPE.test(scope));
  const canReadScope = (action: string, scope: string): boolean => {
    const key = `${action}\u0000${scope}`;
    const answer = known.get(key) ?? ctx.isAllowed(caller, action, scope);
    known.set(key, answer);
    return answer;
  };
  return {
    canReadScope,
    readerOf: (action, subscriptionId) => {
      const subscription = `/subscriptions/${subscriptionId}`;
      if (canReadScope(action, subscription)) return () => true;
      return (resourceGroup, id) => {
        if (canReadScope(action, `${subscription}/resourceGroups/${resourceGroup}`)) return true;
        if (deepScopes.length === 0) return false;
        const lowerId = id().toLowerCase();
        return (
          deepScopes.some((scope) => lowerId === scope || lowerId.startsWith(`${scope}/`)) &&
          ctx.isAllowed(caller, action, lowerId)
        );
      };
    },
    reaches: (subscriptionId) => {
      const subscription = `/subscriptions/${subscriptionId}`;
      if (canReadScope(GROUP_READ, subscription)) return true;
      const groups = ctx.world.resourceGroups.filter((group) => group.subscriptionId === subscriptionId);
      if (groups.some((group) => canReadScope(GROUP_READ, `${subscription}/resourceGroups/${group.name}`))) return true;
      const deep = deepScopes.filter((scope) => scope.startsWith(`${subscription.toLowerCase()}/`));
      return deep.some((scope) => ctx.isAllowed(caller, "Microsoft.HybridCompute/machines/read", scope));
    },
  };
}
