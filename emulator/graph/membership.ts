import { z } from "zod";
import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import type { Group } from "../world/types.ts";
import { answerCount, answerList, callerOf, openDirectory, unitHeaders } from "./collections.ts";
import type { Directory, DirectoryObject } from "./directory.ts";
import { DEVICE, GROUP, SERVICE_PRINCIPAL, USER } from "./entities.ts";
import { type Entity, text } from "./entity.ts";
import { badRequest, graphError, notFound } from "./errors.ts";
import { type Area, requireVisibleMembers } from "./permissions.ts";
import { contextOf, LIST_QUERY, type ListBody, listPage, renderRow } from "./query.ts";

const DOCS = "https://learn.microsoft.com/graph/api";
const ENTITIES = { user: USER, group: GROUP, serviceprincipal: SERVICE_PRINCIPAL, device: DEVICE };
const MAX_CHECKED_GROUPS = 20;

/** An object with its type, showing the selected properties that its own type has; others are left out silently. */
export function renderObject(object: DirectoryObject, selected: readonly string[] | null): Record<string, unknown> {
  const pick = (names: readonly string[], known: ReadonlyMap<string, unknown>) =>
    selected ? selected.filter((name) => known.has(name)) : names;
  const type = { "@odata.type": `#microsoft.graph.${object.entity.type}` };
  // getByIds is recorded with certificate dates although nothing is selected.
  const facts = { selected: true, inList: true };
  switch (object.kind) {
    case "user":
      return { ...type, ...renderRow(object.row, USER, pick(USER.defaults, USER.properties), facts) };
    case "group":
      return { ...type, ...renderRow(object.row, GROUP, pick(GROUP.defaults, GROUP.properties), facts) };
    case "servicePrincipal":
      return {
        ...type,
        ...renderRow(object.row, SERVICE_PRINCIPAL, pick(SERVICE_PRINCIPAL.defaults, SERVICE_PRINCIPAL.properties), facts),
      };
    case "device":
      return { ...type, ...renderRow(object.row, DEVICE, pick(DEVICE.defaults, DEVICE.properties), facts) };
  }
}

function groupOf(directory: Directory, id: string): Group {
  const found = directory.find(id);
  if (found?.kind !== "group") throw notFound(id);
  return found.row;
}

function members(request: WireRequest, ctx: EmulatorContext, isTransitive: boolean): WireResponse {
  const directory = openDirectory(request, ctx, "groups");
  const group = groupOf(directory, request.params.id ?? "");
  requireVisibleMembers(callerOf(request), group);
  const objects = directory.membersOf(group, isTransitive);
  if (request.params.cast?.toLowerCase() === "$count") return answerCount(request, objects.length);
  return answerObjects(request, objects, isTransitive ? 5 : 3);
}

type Rows = { rows: { id: string }[]; byId: Map<string, DirectoryObject> };
const prepared = new WeakMap<readonly DirectoryObject[], Rows>();

/** What paging needs of a list; kept, because a long list is read page by page. */
function rowsOf(objects: readonly DirectoryObject[]): Rows {
  const known = prepared.get(objects);
  if (known !== undefined) return known;
  const made = {
    rows: objects.map(({ row }) => ({ id: row.id })),
    byId: new Map(objects.map((object) => [object.row.id, object])),
  };
  prepared.set(objects, made);
  return made;
}

/** A list of mixed objects, or of one type when the path casts to it. */
function answerObjects(request: WireRequest, sorted: readonly DirectoryObject[], units: number): WireResponse {
  const cast = request.params.cast?.toLowerCase().replace(/^microsoft\.graph\./, "");
  if (cast !== undefined) return answerCast(request, sorted, cast, units);
  const { rows, byId } = rowsOf(sorted);
  const selectText = request.query.get("$select");
  const page = listPage({
    request: withoutSelect(request),
    entity: DIRECTORY_OBJECT,
    rows,
  });
  const selected = selectText === null ? null : selectText.split(",").map((name) => name.trim());
  const value = page.value.map((row) => byId.get(String(row.id))).filter((object) => object !== undefined);
  const body: ListBody = { ...page, value: value.map((object) => renderObject(object, selected)) };
  return { status: 200, headers: unitHeaders(request, units), body };
}

/** What objects of all kinds have in common. */
const DIRECTORY_OBJECT: Entity<{ id: string }> = {
  type: "directoryObject",
  set: "directoryObjects",
  properties: new Map([["id", text((row: { id: string }) => row.id)]]),
  defaults: ["id"],
  searchable: [],
};

/** Mixed lists only page; names in $select belong to several types, so they are checked per row. */
function withoutSelect(request: WireRequest): WireRequest {
  const query = new URLSearchParams(request.query);
  query.delete("$select");
  return { ...request, query };
}

function answerCast(request: WireRequest, objects: readonly DirectoryObject[], cast: string, units: number): WireResponse {
  if (!(cast in ENTITIES)) throw graphError(400, "BadRequest", `The type 'microsoft.graph.${cast}' is not known here.`);
  const typed = <Kind extends DirectoryObject["kind"]>(kind: Kind) =>
    objects.filter((object): object is Extract<DirectoryObject, { kind: Kind }> => object.kind === kind);
  if (cast === "user")
    return answerList(
      request,
      USER,
      typed("user").map(({ row }) => row),
      units,
    );
  if (cast === "group")
    return answerList(
      request,
      GROUP,
      typed("group").map(({ row }) => row),
      units,
    );
  if (cast === "device")
    return answerList(
      request,
      DEVICE,
      typed("device").map(({ row }) => row),
      units,
    );
  return answerList(
    request,
    SERVICE_PRINCIPAL,
    typed("servicePrincipal").map(({ row }) => row),
    units,
  );
}

/** `users('name')` names a person like /users/{name}. */
function keyIn(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  const key = /^users\('((?:[^']|'')*)'\)$/i.exec(segment)?.[1];
  if (key === undefined) throw graphError(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
  return key.replaceAll("''", "'");
}

/** Object id of the person a path is about: /me, /users/{id}, /users('{id}'). */
function subjectOf(request: WireRequest, directory: Directory): string {
  const key = request.params.id ?? keyIn(request.params.keyed);
  if (key === undefined) return callerOf(request).objectId;
  const user = directory.findUser(key);
  if (!user) throw notFound(key);
  return user.id;
}

function memberOf(request: WireRequest, ctx: EmulatorContext, isTransitive: boolean): WireResponse {
  const directory = openDirectory(request, ctx, areaOf(request));
  return answerGroups(request, directory.groupsOf(subjectOf(request, directory), isTransitive));
}

function answerGroups(request: WireRequest, groups: Group[]): WireResponse {
  const objects = groups.map((row): DirectoryObject => ({ kind: "group", entity: GROUP, row }));
  return answerObjects(request, objects, 2);
}

/** Groups that hold a group or a service principal. */
function holdersOf(kind: "group" | "servicePrincipal", isTransitive: boolean): Route["handle"] {
  return (request, ctx) => {
    const directory = openDirectory(request, ctx, kind === "group" ? "groups" : "servicePrincipals");
    const id = request.params.id ?? "";
    if (directory.find(id)?.kind !== kind) throw notFound(id);
    return answerGroups(request, directory.groupsOf(id.toLowerCase(), isTransitive));
  };
}

/** The own memberships need less than those of others. */
function areaOf(request: WireRequest): Area {
  return request.params.id === undefined && request.params.keyed === undefined ? "me" : "groups";
}

const checkSchema = z.strictObject({ groupIds: z.array(z.string()).max(MAX_CHECKED_GROUPS) });
const securitySchema = z.strictObject({ securityEnabledOnly: z.boolean().optional() });

function answerIds(request: WireRequest, value: string[], units: number): WireResponse {
  const headers = { ...unitHeaders(request, units), location: "https://graph.microsoft.com" };
  return { status: 200, headers, body: { "@odata.context": contextOf(request, "Collection(Edm.String)", null), value } };
}

function checkMemberGroups(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const directory = openDirectory(request, ctx, areaOf(request));
  const body = checkSchema.safeParse(request.json());
  if (!body.success) throw badRequest(`The request body needs groupIds, a list of at most ${MAX_CHECKED_GROUPS} ids.`);
  const held = new Set(directory.groupsOf(subjectOf(request, directory), true).map((group) => group.id));
  return answerIds(
    request,
    body.data.groupIds.filter((id) => held.has(id.toLowerCase())),
    2,
  );
}

function getMemberGroups(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const directory = openDirectory(request, ctx, areaOf(request));
  const body = securitySchema.safeParse(request.json() ?? {});
  if (!body.success) throw badRequest("The request body takes securityEnabledOnly, true or false.");
  const groups = directory.groupsOf(subjectOf(request, directory), true);
  const shown = body.data.securityEnabledOnly === true ? groups.filter((group) => group.securityEnabled) : groups;
  return answerIds(
    request,
    shown.map((group) => group.id),
    2,
  );
}

type Handle = Route["handle"];

function listRoutes(path: string, page: string, handle: Handle): Route[] {
  const shared = { face: "graph", method: "GET", query: LIST_QUERY, right: null, source: `${DOCS}/${page}`, handle } as const;
  return [
    { ...shared, pattern: `/v1.0/${path}` },
    { ...shared, pattern: `/v1.0/${path}/{cast}` },
  ];
}

function actionRoute(path: string, page: string, handle: Handle): Route {
  return { face: "graph", method: "POST", pattern: `/v1.0/${path}`, query: [], right: null, source: `${DOCS}/${page}`, handle };
}

export const membershipRoutes: Route[] = [
  ...listRoutes("groups/{id}/members", "group-list-members", (request, ctx) => members(request, ctx, false)),
  ...listRoutes("groups/{id}/transitivemembers", "group-list-transitivemembers", (request, ctx) => members(request, ctx, true)),
  ...listRoutes("groups/{id}/memberof", "group-list-memberof", holdersOf("group", false)),
  ...listRoutes("groups/{id}/transitivememberof", "group-list-transitivememberof", holdersOf("group", true)),
  ...listRoutes("serviceprincipals/{id}/memberof", "serviceprincipal-list-memberof", holdersOf("servicePrincipal", false)),
  ...listRoutes(
    "serviceprincipals/{id}/transitivememberof",
    "serviceprincipal-list-transitivememberof",
    holdersOf("servicePrincipal", true),
  ),
  ...["users/{id}", "{keyed}", "me"].flatMap((subject) => [
    ...listRoutes(`${subject}/memberof`, "user-list-memberof", (request, ctx) => memberOf(request, ctx, false)),
    ...listRoutes(`${subject}/transitivememberof`, "user-list-transitivememberof", (request, ctx) =>
      memberOf(request, ctx, true),
    ),
    actionRoute(`${subject}/checkmembergroups`, "directoryobject-checkmembergroups", checkMemberGroups),
    actionRoute(`${subject}/getmembergroups`, "directoryobject-getmembergroups", getMemberGroups),
  ]),
];
