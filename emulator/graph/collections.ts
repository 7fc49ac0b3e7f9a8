import type { Caller, EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { type Directory, directoryOf } from "./directory.ts";
import { DEVICE, GROUP, SERVICE_PRINCIPAL, USER } from "./entities.ts";
import type { Entity } from "./entity.ts";
import { graphError, notFound } from "./errors.ts";
import { type Area, requireArea, requireDirectoryReader } from "./permissions.ts";
import { contextOf, LIST_QUERY, listPage, renderRow, selectOf } from "./query.ts";

/** The caller, which the composition has verified before it calls a Graph handler. */
export function callerOf(request: WireRequest): Caller {
  if (request.caller === null) throw new Error("the composition authenticates before it dispatches this route");
  return request.caller;
}

export function openDirectory(request: WireRequest, ctx: EmulatorContext, area: Area): Directory {
  const caller = callerOf(request);
  requireArea(ctx.world, caller, area);
  requireDirectoryReader(ctx.world, caller, area, ctx.options.directoryReadDeniedTo);
  return directoryOf(ctx.world, caller.tenantId);
}

/** Costs of https://learn.microsoft.com/graph/throttling-limits: $select takes one off, a short page one more, never below one. */
export function unitHeaders(request: WireRequest, base: number): Record<string, string> {
  const has = (name: string) => [...request.query.keys()].some((key) => key.toLowerCase() === name);
  const top = Number(request.query.get("$top") ?? "100");
  const units = base - (has("$select") ? 1 : 0) - (top < 20 ? 1 : 0);
  return { "x-ms-resource-unit": String(Math.max(1, units)) };
}

export function answerList<Row extends { id: string }>(
  request: WireRequest,
  entity: Entity<Row>,
  rows: readonly Row[],
  units: number,
): WireResponse {
  return { status: 200, headers: unitHeaders(request, units), body: listPage({ request, entity, rows }) };
}

export function answerOne<Row extends { id: string }>(
  request: WireRequest,
  entity: Entity<Row>,
  row: Row | null,
  key: string,
): WireResponse {
  const { names, isExplicit } = selectOf(request, entity);
  if (row === null) throw notFound(key);
  const context = contextOf(request, entity.set, isExplicit ? names : null, "/$entity");
  const body = { "@odata.context": context, ...renderRow(row, entity, names, { selected: isExplicit, inList: false }) };
  return { status: 200, headers: unitHeaders(request, 1), body };
}

/** `$count` as a segment: a bare number, with the header that advanced queries need. */
export function answerCount(request: WireRequest, count: number): WireResponse {
  if (request.headers.consistencylevel?.toLowerCase() !== "eventual") {
    throw graphError(400, "Request_BadRequest", "$count is not currently supported.");
  }
  return { status: 200, headers: { ...unitHeaders(request, 1), "content-type": "text/plain" }, body: String(count) };
}

const DOCS = "https://learn.microsoft.com/graph/api";
const SET_UNITS = { users: 2, groups: 3, servicePrincipals: 1, devices: 1 };

type Set = "users" | "groups" | "servicePrincipals" | "devices";

function list(request: WireRequest, ctx: EmulatorContext, set: Set): WireResponse {
  const directory = openDirectory(request, ctx, set);
  switch (set) {
    case "users":
      return answerList(request, USER, directory.users, SET_UNITS.users);
    case "groups":
      return answerList(request, GROUP, directory.groups, SET_UNITS.groups);
    case "servicePrincipals":
      return answerList(request, SERVICE_PRINCIPAL, directory.servicePrincipals, SET_UNITS.servicePrincipals);
    case "devices":
      return answerList(request, DEVICE, directory.devices, SET_UNITS.devices);
  }
}

function get(request: WireRequest, ctx: EmulatorContext, set: Set, key: string): WireResponse {
  // Everybody, guests too, may read the own account with the permission that /me takes.
  const caller = callerOf(request);
  const self = set === "users" && directoryOf(ctx.world, caller.tenantId).findUser(key)?.id === caller.objectId;
  const directory = openDirectory(request, ctx, self ? "me" : set);
  if (key.toLowerCase() === "$count") return answerCount(request, directory[set].length);
  if (set === "users") return answerOne(request, USER, directory.findUser(key), key);
  const found = directory.find(key);
  if (set === "groups") return answerOne(request, GROUP, found?.kind === "group" ? found.row : null, key);
  if (set === "devices") return answerOne(request, DEVICE, found?.kind === "device" ? found.row : null, key);
  return answerOne(request, SERVICE_PRINCIPAL, found?.kind === "servicePrincipal" ? found.row : null, key);
}

const KEYED = /^([A-Za-z]+)\((?:([A-Za-z]+)=)?'((?:[^']|'')*)'\)$/;

/** `users('upn')`, `servicePrincipals(appId='..')` and `devices(deviceId='..')`. */
function getKeyed(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const segment = request.params.keyed ?? "";
  const match = KEYED.exec(segment);
  const set = (["users", "groups", "servicePrincipals", "devices"] as const).find(
    (name) => name.toLowerCase() === match?.[1]?.toLowerCase(),
  );
  if (!match || !set) throw graphError(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
  const alternate = match[2];
  const key = (match[3] ?? "").replaceAll("''", "'");
  if (alternate === undefined) return get(request, ctx, set, key);
  const directory = openDirectory(request, ctx, set);
  if (set === "servicePrincipals" && alternate === "appId") {
    return answerOne(request, SERVICE_PRINCIPAL, directory.servicePrincipals.find((row) => row.appId === key) ?? null, key);
  }
  if (set === "devices" && alternate === "deviceId") {
    return answerOne(request, DEVICE, directory.devices.find((row) => row.deviceId === key) ?? null, key);
  }
  throw graphError(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
}

function collectionRoutes(set: Set, page: string): Route[] {
  const shared = { face: "graph", method: "GET", right: null } as const;
  return [
    {
      ...shared,
      pattern: `/v1.0/${set.toLowerCase()}`,
      query: LIST_QUERY,
      source: `${DOCS}/${page}-list`,
      handle: (request, ctx) => list(request, ctx, set),
    },
    {
      ...shared,
      pattern: `/v1.0/${set.toLowerCase()}/{id}`,
      query: ["$select"],
      source: `${DOCS}/${page}-get`,
      handle: (request, ctx) => get(request, ctx, set, request.params.id ?? ""),
    },
  ];
}

export const collectionRouteList: Route[] = [
  ...collectionRoutes("users", "user"),
  ...collectionRoutes("groups", "group"),
  ...collectionRoutes("servicePrincipals", "serviceprincipal"),
  ...collectionRoutes("devices", "device"),
  {
    face: "graph",
    method: "GET",
    pattern: "/v1.0/{keyed}",
    query: ["$select"],
    right: null,
    source: `${DOCS}/user-get`,
    handle: getKeyed,
  },
];
