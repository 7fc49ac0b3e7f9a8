import { scopeOf } from "../arm/role-scopes.ts";
import { scopeChain, trimScope } from "../arm/visibility.ts";
import type { WireRequest } from "../core/contract.ts";
import type { World } from "../world/types.ts";

const ODD_PREFIX = /^\/providers\/microsoft\.subscription(?=\/subscriptions\/)/i;

/** The scope that a request names; ids of this service may stand in a path as they were answered, with their odd prefix. */
export function pimScopeOf(request: WireRequest): string {
  return scopeOf(request).replace(ODD_PREFIX, "");
}

/** Ids of requests and of their targets begin with a provider that no request names (recording pim.New-ScheduleRequests). */
export function oddId(scope: string, type: string, name: string): string {
  const prefix = /^\/subscriptions\//i.test(scope) ? "/providers/Microsoft.Subscription" : "";
  return `${prefix}${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/${type}/${name}`;
}

/** Whether one scope is another or lies below it. */
export function covers(world: World, above: string, scope: string): boolean {
  return scopeChain(world, scope).includes(trimScope(above));
}

export function sameScope(left: string, right: string): boolean {
  return trimScope(left) === trimScope(right);
}
