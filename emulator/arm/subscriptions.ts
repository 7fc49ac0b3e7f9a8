import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { regionDisplayName, regionsOf } from "../world/places.ts";
import type { ResourceGroup, Subscription } from "../world/types.ts";
import { pageOf } from "./paging.ts";
import { callerOf, groupScope, type Json, param, requireGroup } from "./request-reading.ts";
import { apiVersionOf, HYBRID_COMPUTE, RESOURCES } from "./versions.ts";
import { visibleScopes } from "./visibility.ts";

const PAGE = "learn.microsoft.com/rest/api/resources; recording pysdk.resources.test_subscriptions";

/** Versions before 2019 know no tenant and call the source of access Legacy (recording account.test_account). */
const TENANT_SINCE = "2019-01-01";

function subscriptionBody(sub: Subscription, apiVersion: string): Json {
  const isOld = apiVersion < TENANT_SINCE;
  return {
    id: `/subscriptions/${sub.id}`,
    authorizationSource: isOld ? "Legacy" : "RoleBased",
    ...(isOld ? {} : { managedByTenants: [] }),
    subscriptionId: sub.id,
    ...(isOld ? {} : { tenantId: sub.tenantId }),
    displayName: sub.displayName,
    state: sub.state,
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "EnterpriseAgreement_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

function visibleSubscriptions(request: WireRequest, ctx: EmulatorContext): Subscription[] {
  const caller = callerOf(request);
  const own = ctx.world.subscriptions.filter((sub) => sub.tenantId === caller.tenantId);
  const visible = new Set(
    visibleScopes(
      ctx,
      caller,
      own.map((sub) => `/subscriptions/${sub.id}`),
    ),
  );
  return own.filter((sub) => visible.has(`/subscriptions/${sub.id}`));
}

function requireVisible(request: WireRequest, ctx: EmulatorContext): Subscription {
  const id = param(request, "subscriptionId").toLowerCase();
  const found = visibleSubscriptions(request, ctx).find((sub) => sub.id === id);
  if (found !== undefined) return found;
  const caller = callerOf(request);
  const message = `The client '${caller.objectId}' with object id '${caller.objectId}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/read' over scope '/subscriptions/${id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  throw armError(403, "AuthorizationFailed", message);
}

function listSubscriptions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const apiVersion = apiVersionOf(request.query);
  const value = visibleSubscriptions(request, ctx).map((sub) => subscriptionBody(sub, apiVersion));
  if (apiVersion < TENANT_SINCE) return { status: 200, body: { value } };
  return { status: 200, body: { value, count: { type: "Total", value: value.length } } };
}

/** The home tenant first, then those in which the account is a guest. */
function listTenants(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const caller = callerOf(request);
  const me = ctx.world.users.find((user) => user.id === caller.objectId);
  const accounts = me === undefined ? [] : ctx.world.users.filter((user) => user.homeObjectId === me.homeObjectId);
  const ids = new Set([caller.tenantId, ...accounts.map((user) => user.tenantId)]);
  const value = ctx.world.tenants
    .filter((tenant) => ids.has(tenant.id))
    .map((tenant) => ({
      id: `/tenants/${tenant.id}`,
      tenantId: tenant.id,
      countryCode: tenant.countryCode,
      displayName: tenant.displayName,
      domains: [tenant.defaultDomain],
      tenantCategory: (me?.homeTenantId ?? caller.tenantId) === tenant.id ? "Home" : "ProjectedBy",
      defaultDomain: tenant.defaultDomain,
      tenantType: "AAD",
    }));
  return { status: 200, body: { value } };
}

function listLocations(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const sub = requireVisible(request, ctx);
  const apiVersion = apiVersionOf(request.query);
  const value = regionsOf(ctx.world.cloud).map((name) => locationBody(sub.id, name, apiVersion));
  return { status: 200, body: { value } };
}

/** Coordinates stand at the top before 2019-11-01; the type appears later (recordings account and profile). */
function locationBody(subscriptionId: string, name: string, apiVersion: string): Json {
  const displayName = regionDisplayName(name);
  const place = { longitude: "0", latitude: "0" };
  const head = { id: `/subscriptions/${subscriptionId}/locations/${name}`, name };
  if (apiVersion < TENANT_SINCE) return { ...head, displayName, ...place };
  const metadata = {
    regionType: "Physical",
    regionCategory: "Recommended",
    geographyGroup: "",
    ...place,
    physicalLocation: "",
    pairedRegion: [],
  };
  const type = apiVersion < "2020-01-01" ? {} : { type: "Region" };
  return { ...head, ...type, displayName, regionalDisplayName: displayName, metadata };
}

function groupBody(group: ResourceGroup): Json {
  return {
    id: `/subscriptions/${group.subscriptionId}/resourceGroups/${group.name}`,
    name: group.name,
    type: "Microsoft.Resources/resourceGroups",
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: "Succeeded" },
  };
}

const READ_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/read";

function listGroups(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const sub = requireVisible(request, ctx);
  const caller = callerOf(request);
  const readsAll = ctx.isAllowed(caller, READ_GROUP, `/subscriptions/${sub.id}`);
  const rows = ctx.world.resourceGroups
    .filter((group) => group.subscriptionId === sub.id)
    .filter((group) => readsAll || ctx.isAllowed(caller, READ_GROUP, `/subscriptions/${sub.id}/resourceGroups/${group.name}`))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return pageOf(request, ctx, rows, groupBody);
}

const HYBRID_COMPUTE_TYPES = [
  "machines",
  "machines/extensions",
  "locations",
  "locations/operationStatus",
  "locations/operationResults",
] as const;

function getProvider(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const sub = requireVisible(request, ctx);
  const namespace = param(request, "namespace");
  const known = ["Microsoft.HybridCompute", "Microsoft.GuestConfiguration", "Microsoft.HybridConnectivity"];
  const name = known.find((entry) => entry.toLowerCase() === namespace.toLowerCase());
  if (name === undefined) throw armError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  const apiVersions = HYBRID_COMPUTE.filter((version) => version !== "preview").toReversed();
  const types = name === "Microsoft.HybridCompute" ? HYBRID_COMPUTE_TYPES : [];
  const resourceTypes = types.map((resourceType) => ({
    resourceType,
    locations: regionsOf(ctx.world.cloud),
    apiVersions,
    capabilities: "None",
  }));
  const id = `/subscriptions/${sub.id}/providers/${name}`;
  const registrationPolicy = "RegistrationRequired";
  return { status: 200, body: { id, namespace: name, registrationPolicy, registrationState: "Registered", resourceTypes } };
}

const arm = (pattern: string, handle: Route["handle"], extra: Partial<Route> = {}): Route => ({
  face: "arm",
  method: "GET",
  pattern,
  apiVersions: RESOURCES,
  right: null,
  source: PAGE,
  handle,
  ...extra,
});

export const subscriptionRoutes: Route[] = [
  arm("/tenants", listTenants),
  arm("/subscriptions", listSubscriptions),
  arm("/subscriptions/{subscriptionId}", (request, ctx) => ({
    status: 200,
    body: subscriptionBody(requireVisible(request, ctx), apiVersionOf(request.query)),
  })),
  arm("/subscriptions/{subscriptionId}/locations", listLocations, { query: ["includeExtendedLocations"] }),
  arm("/subscriptions/{subscriptionId}/resourcegroups", listGroups, { query: ["$filter", "$top", "$skiptoken"] }),
  arm(
    "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroup}",
    (request, ctx) => ({ status: 200, body: groupBody(requireGroup(ctx, request)) }),
    {
      right: { action: READ_GROUP, scope: groupScope },
    },
  ),
  arm("/subscriptions/{subscriptionId}/providers/{namespace}", getProvider, { query: ["$expand"] }),
  arm("/subscriptions/{subscriptionId}/providers", (request, ctx) => {
    const one = { ...request, params: { ...request.params, namespace: "Microsoft.HybridCompute" } };
    return { status: 200, body: { value: [getProvider(one, ctx).body] } };
  }),
];
