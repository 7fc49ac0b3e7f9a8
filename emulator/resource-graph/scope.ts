import type { Caller, EmulatorContext, WireRequest } from "../core/contract.ts";
import type { ManagementGroup, Subscription } from "../world/types.ts";
import type { ReadableScopes } from "./readable-scopes.ts";
import type { QueryRequest, ScopeFilter } from "./request.ts";
import { resourceGraphError } from "./wire-errors.ts";

/** Subscriptions and management groups a query looks at. */
export type QueryScope = {
  tenantId: string;
  subscriptions: Subscription[];
  /** Management groups at or below the scope; empty for a list of subscriptions. */
  managementGroups: ManagementGroup[];
  /** True when the request names no scope: the whole tenant. */
  isTenant: boolean;
  filter: ScopeFilter;
};

type ScopeInput = { ctx: EmulatorContext; caller: Caller; query: QueryRequest; readable: ReadableScopes; request: WireRequest };

/** Resolves the scope of a request; refuses one that names only what the tenant does not have or the caller cannot see. */
export function resolveScope({ ctx, caller, query, readable, request }: ScopeInput): QueryScope {
  const nowMs = ctx.clock.nowMs();
  const ofTenant = ctx.world.subscriptions.filter((subscription) => subscription.tenantId === caller.tenantId);
  const groups = ctx.world.managementGroups.filter((group) => group.tenantId === caller.tenantId);
  const base = { tenantId: caller.tenantId, filter: query.scopeFilter };
  const denied = () =>
    resourceGraphError(
      403,
      "AccessDenied",
      [
        {
          code: "AccessDenied",
          message: "Access is denied to the requested resource. The user might not have enough permission.",
        },
      ],
      request,
      nowMs,
    );
  if (query.managementGroups) {
    const names = query.managementGroups.map(shortName);
    const below = groups.filter((group) => chainOf(groups, group.id).some((id) => names.includes(id)));
    if (below.length === 0) throw denied();
    const ids = new Set(below.map((group) => shortName(group.id)));
    const subscriptions = ofTenant.filter((subscription) => ids.has(shortName(subscription.managementGroupId)));
    return { ...base, subscriptions, managementGroups: below, isTenant: false };
  }
  if (!query.subscriptions) return { ...base, subscriptions: ofTenant, managementGroups: groups, isTenant: true };
  const asked = new Set(query.subscriptions.map((id) => id.toLowerCase()));
  const subscriptions = ofTenant.filter((subscription) => asked.has(subscription.id.toLowerCase()));
  if (subscriptions.length === 0) {
    const message = `There must be at least one subscription that is eligible to contain resources. Given: '${query.subscriptions.join(", ")}'.`;
    throw resourceGraphError(400, "BadRequest", [{ code: "NoValidSubscriptionsInQueryRequest", message }], request, nowMs);
  }
  if (!subscriptions.some((subscription) => readable.reaches(subscription.id))) throw denied();
  return { ...base, subscriptions, managementGroups: [], isTenant: false };
}

export function shortName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** Lower-cased names from a management group up to the root. */
export function chainOf(groups: readonly ManagementGroup[], id: string): string[] {
  const chain: string[] = [];
  let current: string | null = shortName(id);
  while (current !== null && !chain.includes(current)) {
    const name: string = current;
    chain.push(name);
    const parent: string | null = groups.find((group) => shortName(group.id) === name)?.parentId ?? null;
    current = parent === null ? null : shortName(parent);
  }
  return chain;
}
