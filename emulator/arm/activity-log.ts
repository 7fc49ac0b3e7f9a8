import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { WireError } from "../core/contract.ts";
import { assignmentsByPim } from "../world/pim-activity.ts";
import { managementGroupScope } from "../world/places.ts";
import type { ActivityEvent } from "../world/types.ts";
import { callerOf, type Json, param, queryOf, subscriptionScope } from "./request-reading.ts";
import { ACTIVITY_LOG } from "./versions.ts";

const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;
/** Requests and decisions of Privileged Identity Management vanish sooner (pim-facts.json, audit-30). */
const PIM_OPERATION =
  /^microsoft\.authorization\/(role(assignment|eligibility)schedulerequests|roleassignmentapprovals|rolemanagementpolicies)\//i;
const PIM_KEPT_DAYS = 30;
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;

/** The activity log answers without the `error` envelope (recording monitor.test_activity_log_list_scenario). */
function bare(message: string): WireError {
  return new WireError(400, { code: "BadRequest", message });
}

type Query = { fromMs: number; toMs: number; narrow: { field: Field; value: string } | null };
const FIELDS = ["resourceuri", "resourcegroupname", "resourceprovider", "correlationid"] as const;
type Field = (typeof FIELDS)[number];

const TERM = /^(\w+)\s+(ge|le|eq)\s+'?([^']*)'?$/i;

/** Only a time range and at most one of four fields may stand in the filter (azure-apis.md 7.4). */
function parseQuery(filter: string | null, nowMs: number): Query {
  if (filter === null || filter.trim() === "") throw bare("The filter query parameter is required.");
  const query: Query = { fromMs: Number.NaN, toMs: nowMs, narrow: null };
  for (const part of filter.split(/\s+and\s+/i)) {
    const match = TERM.exec(part.trim());
    const [, name = "", operator = "", value = ""] = match ?? [];
    const field = name.toLowerCase();
    const timeField = field === "eventtimestamp";
    if (match === null || (timeField && operator.toLowerCase() === "eq"))
      throw bare(`The filter '${part.trim()}' is not supported.`);
    if (timeField) setTime(query, operator.toLowerCase(), value);
    else if (operator.toLowerCase() !== "eq" || !isField(field) || query.narrow !== null)
      throw bare(`The filter '${part.trim()}' is not supported.`);
    else query.narrow = { field, value: value.toLowerCase() };
  }
  if (Number.isNaN(query.fromMs)) throw bare("The filter must contain a start time (eventTimestamp ge).");
  if (query.fromMs < nowMs - KEPT_DAYS * DAY_MS) throw bare("The start time cannot be more than 90 days in the past.");
  return query;
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

function setTime(query: Query, operator: string, value: string): void {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw bare(`The time '${value}' is not valid.`);
  if (operator === "ge") query.fromMs = ms;
  else query.toMs = ms;
}

function matches(event: ActivityEvent, query: Query): boolean {
  const at = Date.parse(event.at);
  if (at < query.fromMs || at > query.toMs) return false;
  if (query.narrow === null) return true;
  const { field, value } = query.narrow;
  const id = event.resourceId.toLowerCase();
  if (field === "resourceuri") return id === value || id.startsWith(`${value}/`);
  if (field === "resourcegroupname") return groupOf(id) === value;
  if (field === "resourceprovider") return providerOf(event.resourceId).toLowerCase() === value;
  return event.correlationId.toLowerCase() === value;
}

const groupOf = (id: string): string => /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? "";
const providerOf = (id: string): string => /.*\/providers\/([^/]+)/i.exec(id)?.[1] ?? "Microsoft.Resources";
const both = (value: string, localizedValue: string = value): Json => ({ value, localizedValue });

function resourceTypeOf(id: string): string {
  const tail = id.split(/\/providers\//i).at(-1) ?? "";
  const [provider = "", ...parts] = tail.split("/");
  return [provider, ...parts.filter((_, at) => at % 2 === 0)].join("/");
}

function eventBody(event: ActivityEvent): Json {
  const atMs = Date.parse(event.at);
  const ticks = String(BigInt(atMs) * 10_000n + TICKS_AT_EPOCH);
  const ended = event.status === "Succeeded" || event.status === "Failed";
  const statusCode = event.status === "Accepted" ? "Accepted" : event.status === "Succeeded" ? "OK" : "";
  return {
    authorization: { action: event.operationName, scope: event.resourceId },
    caller: event.caller,
    channels: "Operation",
    claims: { "http://schemas.microsoft.com/identity/claims/objectidentifier": event.callerObjectId, name: event.caller },
    correlationId: event.correlationId,
    description: "",
    eventDataId: event.eventDataId,
    eventName: ended ? both("EndRequest", "End request") : both("BeginRequest", "Begin request"),
    category: both("Administrative"),
    httpRequest: { clientRequestId: event.correlationId, clientIpAddress: "127.0.0.1", method: event.method },
    id: `${event.resourceId}/events/${event.eventDataId}/ticks/${ticks}`,
    level: event.status === "Failed" ? "Error" : "Informational",
    resourceGroupName: groupOf(event.resourceId),
    resourceProviderName: both(providerOf(event.resourceId)),
    resourceId: event.resourceId,
    resourceType: both(resourceTypeOf(event.resourceId)),
    operationId: event.correlationId,
    operationName: both(event.operationName),
    properties: { statusCode, entity: event.resourceId, ...event.properties },
    status: both(event.status),
    subStatus: both(statusCode),
    eventTimestamp: event.at.replace("Z", "0000Z"),
    submissionTimestamp: event.at.replace("Z", "0000Z"),
    subscriptionId: event.subscriptionId,
    tenantId: event.tenantId,
  };
}

/** Events of what the clock will do are in the world already, and shown when they have happened. */
function isKept(event: ActivityEvent, nowMs: number): boolean {
  const at = Date.parse(event.at);
  return at <= nowMs && (!PIM_OPERATION.test(event.operationName) || at > nowMs - PIM_KEPT_DAYS * DAY_MS);
}

type Belongs = (event: ActivityEvent) => boolean;

function answer(request: WireRequest, ctx: EmulatorContext, belongs: Belongs): WireResponse {
  const query = parseQuery(queryOf(request, "$filter"), ctx.clock.nowMs());
  const { tenantId } = callerOf(request);
  const select = queryOf(request, "$select")
    ?.split(",")
    .map((name) => name.trim());
  const nowMs = ctx.clock.nowMs();
  const value = [...ctx.world.activity, ...assignmentsByPim(ctx.world)]
    .filter((event) => event.tenantId === tenantId && belongs(event) && matches(event, query) && isKept(event, nowMs))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .map(eventBody)
    .map((body) =>
      select === undefined ? body : Object.fromEntries(select.filter((name) => name in body).map((name) => [name, body[name]])),
    );
  return { status: 200, body: { value } };
}

function listEvents(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const id = param(request, "subscriptionId").toLowerCase();
  return answer(request, ctx, ({ subscriptionId }) => subscriptionId === id);
}

const GROUP = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)/i;

/** What happened to a management group itself; its children have logs of their own. */
function listGroupEvents(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const name = param(request, "group").toLowerCase();
  return answer(request, ctx, ({ resourceId }) => GROUP.exec(resourceId)?.[1]?.toLowerCase() === name);
}

/** What happened at the root of the tenant, and nothing of what is below it. */
function listTenantEvents(request: WireRequest, ctx: EmulatorContext): WireResponse {
  return answer(request, ctx, ({ subscriptionId, resourceId }) => subscriptionId === "" && !GROUP.test(resourceId));
}

const VALUES = "providers/microsoft.insights/eventtypes/management/values";
const READ = "Microsoft.Insights/eventtypes/management/values/read";
const QUERY = ["$filter", "$select", "$skiptoken"];

export const activityLogRoutes: Route[] = [
  {
    face: "arm",
    method: "GET",
    pattern: `/subscriptions/{subscriptionId}/${VALUES}`,
    apiVersions: ACTIVITY_LOG,
    query: QUERY,
    right: { action: READ, scope: subscriptionScope },
    source: "azure-apis.md 7.4; recording monitor.test_activity_log_list_scenario",
    handle: listEvents,
  },
  {
    face: "arm",
    method: "GET",
    pattern: `/${VALUES}`,
    apiVersions: ACTIVITY_LOG,
    query: QUERY,
    // Administrators who have elevated their access give Reader there (Entra: log entries of elevated access).
    right: { action: READ, scope: () => "/providers/Microsoft.Insights" },
    source: "learn.microsoft.com/rest/api/monitor/tenant-activity-logs/list",
    handle: listTenantEvents,
  },
  {
    face: "arm",
    method: "GET",
    pattern: `/providers/microsoft.management/managementgroups/{group}/${VALUES}`,
    apiVersions: ACTIVITY_LOG,
    query: QUERY,
    right: { action: READ, scope: (request) => managementGroupScope(param(request, "group")) },
    source: "learn.microsoft.com/azure/governance/management-groups/overview, audit by activity log; the address is a guess",
    handle: listGroupEvents,
  },
];
