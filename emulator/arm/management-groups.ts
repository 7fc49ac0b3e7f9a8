import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { managementGroupScope } from "../world/places.ts";
import type { ManagementGroup, Subscription, World } from "../world/types.ts";
import { callerOf, type Json, param, queryOf } from "./request-reading.ts";
import { MANAGEMENT_GROUPS } from "./versions.ts";
import { assignmentsCovering, visibleScopes } from "./visibility.ts";

const PAGE = "learn.microsoft.com/rest/api/managementgroups";
const TYPE = "Microsoft.Management/managementGroups";
const READ = "Microsoft.Management/managementGroups/read";

function childrenOf(world: World, group: ManagementGroup): { groups: ManagementGroup[]; subscriptions: Subscription[] } {
  return {
    groups: world.managementGroups.filter((row) => row.parentId === group.id),
    subscriptions: world.subscriptions.filter((sub) => sub.managementGroupId === group.id),
  };
}

function subscriptionNode(sub: Subscription): Json {
  return { type: "/subscriptions", id: `/subscriptions/${sub.id}`, name: sub.id, displayName: sub.displayName };
}

function groupNode(group: ManagementGroup): Json {
  return { type: TYPE, id: managementGroupScope(group.id), name: group.id, displayName: group.displayName };
}

function childNodes(world: World, group: ManagementGroup, recurse: boolean): Json[] {
  const { groups, subscriptions } = childrenOf(world, group);
  const nodes = groups.map((child) => {
    const below = recurse ? childNodes(world, child, true) : [];
    return below.length > 0 ? { ...groupNode(child), children: below } : groupNode(child);
  });
  return [...nodes, ...subscriptions.map(subscriptionNode)];
}

function ancestorsOf(world: World, group: ManagementGroup): ManagementGroup[] {
  const chain: ManagementGroup[] = [];
  let parentId = group.parentId;
  while (parentId !== null) {
    const parent = world.managementGroups.find((row) => row.id === parentId);
    if (parent === undefined) break;
    chain.unshift(parent);
    parentId = parent.parentId;
  }
  return chain;
}

function listGroups(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const own = ctx.world.managementGroups.filter((group) => group.tenantId === caller.tenantId);
  const readable = own.filter((group) => ctx.isAllowed(caller, READ, managementGroupScope(group.id)));
  const value = readable.map((group) => ({
    id: managementGroupScope(group.id),
    type: TYPE,
    name: group.id,
    properties: { tenantId: group.tenantId, displayName: group.displayName },
  }));
  return { status: 200, body: { value, "@nextLink": null } };
}

function requireGroup(request: WireRequest, ctx: EmulatorContext): ManagementGroup {
  const id = param(request, "group").toLowerCase();
  const tenantId = callerOf(request).tenantId;
  const group = ctx.world.managementGroups.find((row) => row.id.toLowerCase() === id && row.tenantId === tenantId);
  if (group === undefined) throw armError(404, "NotFound", `'${managementGroupScope(id)}' not found`, {}, "service");
  return group;
}

function getGroup(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const group = requireGroup(request, ctx);
  const expand = (queryOf(request, "$expand") ?? "").toLowerCase();
  const recurse = (queryOf(request, "$recurse") ?? "").toLowerCase() === "true";
  const above = ancestorsOf(ctx.world, group);
  const parent = above.at(-1);
  const details: Json = { version: 1, updatedTime: "2025-01-15T08:00:00.0000000Z", updatedBy: group.tenantId };
  if (parent !== undefined)
    details.parent = { id: managementGroupScope(parent.id), name: parent.id, displayName: parent.displayName };
  if (expand === "path") details.path = above.map((row) => ({ name: row.id, displayName: row.displayName }));
  if (expand === "ancestors") {
    details.managementGroupAncestors = above.toReversed().map((row) => row.id);
    details.managementGroupAncestorsChain = above.toReversed().map((row) => ({ name: row.id, displayName: row.displayName }));
  }
  const properties: Json = { tenantId: group.tenantId, displayName: group.displayName, details };
  if (expand === "children") {
    const nodes = childNodes(ctx.world, group, recurse);
    if (nodes.length > 0) properties.children = nodes;
  }
  return { status: 200, body: { id: managementGroupScope(group.id), type: TYPE, name: group.id, properties } };
}

function descendantsOf(world: World, group: ManagementGroup): Json[] {
  const parent = { id: managementGroupScope(group.id) };
  const { groups, subscriptions } = childrenOf(world, group);
  const rows: Json[] = [];
  for (const child of groups) {
    const displayName = child.displayName;
    rows.push({ id: managementGroupScope(child.id), type: TYPE, name: child.id, properties: { displayName, parent } });
    rows.push(...descendantsOf(world, child));
  }
  for (const sub of subscriptions) {
    const type = `${TYPE}/subscriptions`;
    rows.push({ id: `/subscriptions/${sub.id}`, type, name: sub.id, properties: { displayName: sub.displayName, parent } });
  }
  return rows;
}

function listDescendants(request: WireRequest, ctx: EmulatorContext): WireResponse {
  return { status: 200, body: { value: descendantsOf(ctx.world, requireGroup(request, ctx)), "@nextLink": null } };
}

function listGroupSubscriptions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const group = requireGroup(request, ctx);
  const value = childrenOf(ctx.world, group).subscriptions.map((sub) => ({
    id: `${managementGroupScope(group.id)}/subscriptions/${sub.id}`,
    type: `${TYPE}/subscriptions`,
    name: sub.id,
    properties: {
      tenant: sub.tenantId,
      displayName: sub.displayName,
      parent: { id: managementGroupScope(group.id) },
      state: sub.state,
    },
  }));
  return { status: 200, body: { value, "@nextLink": null } };
}

/** Everything the caller can see in one call, with the way up: groups without a role of the caller come as noaccess. */
function getEntities(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const { world } = ctx;
  const groups = world.managementGroups.filter((group) => group.tenantId === caller.tenantId);
  const subs = world.subscriptions.filter((sub) => sub.tenantId === caller.tenantId);
  const scopes = [...groups.map((group) => managementGroupScope(group.id)), ...subs.map((sub) => `/subscriptions/${sub.id}`)];
  const visible = new Set(visibleScopes(ctx, caller, scopes));
  const value: Json[] = [];
  for (const group of groups) {
    const id = managementGroupScope(group.id);
    if (!visible.has(id)) continue;
    const { groups: below, subscriptions } = childrenOf(world, group);
    const counts = { numberOfChildren: below.length + subscriptions.length, numberOfChildGroups: below.length };
    value.push({
      id,
      type: `/${TYPE}`.slice(1),
      name: group.id,
      properties: entityOf(ctx, request, group.displayName, [...ancestorsOf(world, group)], id, counts),
    });
  }
  for (const sub of subs) {
    const id = `/subscriptions/${sub.id}`;
    if (!visible.has(id)) continue;
    const parent = groups.find((group) => group.id === sub.managementGroupId);
    const chain = parent === undefined ? [] : [...ancestorsOf(world, parent), parent];
    const counts = { numberOfChildren: 0, numberOfChildGroups: 0 };
    value.push({
      id,
      type: "/subscriptions",
      name: sub.id,
      properties: entityOf(ctx, request, sub.displayName, chain, id, counts),
    });
  }
  return { status: 200, body: { value, count: value.length, nextLink: null } };
}

function entityOf(
  ctx: EmulatorContext,
  request: WireRequest,
  displayName: string,
  chain: ManagementGroup[],
  id: string,
  counts: Json,
): Json {
  const caller = callerOf(request);
  const permissions = assignmentsCovering(ctx, caller, id).length > 0 ? "view" : "noaccess";
  const parent = chain.at(-1);
  return {
    tenantId: caller.tenantId,
    displayName,
    parent: parent === undefined ? { id: null } : { id: managementGroupScope(parent.id) },
    permissions,
    inheritedPermissions: permissions,
    parentDisplayNameChain: chain.map((row) => row.displayName),
    parentNameChain: chain.map((row) => row.id),
    numberOfDescendants: 0,
    ...counts,
  };
}

const right = { action: READ, scope: (request: WireRequest) => managementGroupScope(param(request, "group")) };
const route = (method: string, pattern: string, handle: Route["handle"], extra: Partial<Route> = {}): Route => ({
  face: "arm",
  method,
  pattern: `/providers/microsoft.management${pattern}`,
  apiVersions: MANAGEMENT_GROUPS,
  right,
  source: PAGE,
  handle,
  ...extra,
});

export const managementGroupRoutes: Route[] = [
  route("GET", "/managementgroups", listGroups, { right: null, query: ["$skiptoken"] }),
  route("GET", "/managementgroups/{group}", getGroup, { query: ["$expand", "$recurse", "$filter"] }),
  route("GET", "/managementgroups/{group}/descendants", listDescendants, { query: ["$skiptoken", "$top"] }),
  route("GET", "/managementgroups/{group}/subscriptions", listGroupSubscriptions, { query: ["$skiptoken"] }),
  route("POST", "/getentities", getEntities, {
    right: null,
    query: ["$skiptoken", "$skip", "$top", "$select", "$search", "$filter", "$view", "groupName"],
  }),
];
