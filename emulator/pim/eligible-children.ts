import { pageOf } from "../arm/paging.ts";
import { callerOf, type Json, queryOf } from "../arm/request-reading.ts";
import { createRelation, principalClosure, trimScope } from "../arm/visibility.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { isActive } from "../world/pim-life.ts";
import { managementGroupScope } from "../world/places.ts";
import type { World } from "../world/types.ts";
import { refuse } from "./request-body.ts";
import { pimScopeOf } from "./scopes.ts";

type Child = { id: string; name: string; type: "managementgroup" | "subscription" | "resourcegroup" };
const PAGE = 500;
const TERM = /^resourceType\s+eq\s+'([^']+)'$/i;

/** Containers directly below a management group or a subscription. */
function childrenOf(world: World, tenantId: string, scope: string): Child[] {
  const target = trimScope(scope);
  const groupId = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/.exec(target)?.[1];
  if (groupId !== undefined || target === "/") {
    const isBelow = (parent: string | null): boolean =>
      groupId === undefined ? parent === null : parent?.toLowerCase() === groupId;
    const groups = world.managementGroups
      .filter((row) => row.tenantId === tenantId && isBelow(row.parentId))
      .map((row): Child => ({ id: managementGroupScope(row.id), name: row.displayName, type: "managementgroup" }));
    const subscriptions = world.subscriptions
      .filter((row) => row.tenantId === tenantId && row.managementGroupId.toLowerCase() === groupId)
      .map((row): Child => ({ id: `/subscriptions/${row.id}`, name: row.displayName, type: "subscription" }));
    return [...groups, ...subscriptions];
  }
  const subscriptionId = /^\/subscriptions\/([^/]+)$/.exec(target)?.[1];
  return world.resourceGroups
    .filter((row) => row.subscriptionId === subscriptionId)
    .map(({ name }): Child => ({ id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`, name, type: "resourcegroup" }));
}

function typesOf(filter: string | null): Set<string> | null {
  if (filter === null || filter.trim() === "") return null;
  const types = filter.split(/\s+or\s+/i).map((part) => TERM.exec(part.trim())?.[1]?.toLowerCase());
  if (types.every((type): type is string => type !== undefined)) return new Set(types);
  throw refuse(400, "BadRequest", `The filter '${filter}' is not supported. Supported: resourceType eq 'type', joined by or.`);
}

/** Where below a scope the caller, or a group of the caller, could activate something. */
export function listEligibleChildren(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const { world } = ctx;
  const nowMs = ctx.clock.nowMs();
  const held = principalClosure(world, caller.objectId);
  const eligible = world.roleSchedules.filter(
    (row) =>
      row.kind === "eligibility" &&
      row.tenantId === caller.tenantId &&
      isActive(row, nowMs) &&
      held.has(row.principalId.toLowerCase()),
  );
  const types = typesOf(queryOf(request, "$filter"));
  const children = childrenOf(world, caller.tenantId, pimScopeOf(request)).filter((child) => {
    if (types !== null && !types.has(child.type)) return false;
    const relation = createRelation(world, child.id);
    return eligible.some((row) => relation(row.scope) !== null);
  });
  const render = ({ id, name, type }: Child): Json => ({ name, id, type });
  return pageOf(request, ctx, children, render, [PAGE]);
}
