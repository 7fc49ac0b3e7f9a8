import { z } from "zod";
import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { openDirectory } from "./collections.ts";
import { badRequest } from "./errors.ts";
import { renderObject } from "./membership.ts";
import { contextOf } from "./query.ts";

const MAX_IDS = 1000;
/** The command line tools also send directoryObjectPartnerReference (recorded); no object here has that type. */
const bodySchema = z.strictObject({ ids: z.array(z.string()), types: z.array(z.string()).nullish() });
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function getByIds(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const directory = openDirectory(request, ctx, "directoryObjects");
  const parsed = bodySchema.safeParse(request.json());
  if (!parsed.success) throw badRequest("The request body needs ids, a list of object ids, and may hold types.");
  const { ids, types } = parsed.data;
  if (ids.length > MAX_IDS) throw badRequest(`Too many ids: ${ids.length}. At most ${MAX_IDS} are allowed.`);
  const malformed = ids.find((id) => !GUID.test(id));
  if (malformed !== undefined) throw badRequest(`Invalid GUID: '${malformed}'.`);
  const wanted = types && types.length > 0 ? new Set(types.map((type) => type.toLowerCase())) : null;
  const selected = request.query.get("$select");
  const names = selected === null ? null : selected.split(",").map((name) => name.trim());
  const value = [...new Set(ids.map((id) => id.toLowerCase()))]
    .map((id) => directory.find(id))
    .filter((object) => object !== null)
    .filter((object) => wanted === null || wanted.has(object.kind.toLowerCase()) || wanted.has("directoryobject"))
    .map((object) => renderObject(object, names));
  const headers = { "x-ms-resource-unit": "3", location: "https://graph.microsoft.com" };
  return { status: 200, headers, body: { "@odata.context": contextOf(request, "directoryObjects", null), value } };
}

export const getByIdsRoutes: Route[] = [
  {
    face: "graph",
    method: "POST",
    pattern: "/v1.0/directoryobjects/getbyids",
    query: ["$select"],
    right: null,
    source: "https://learn.microsoft.com/graph/api/directoryobject-getbyids",
    handle: getByIds,
  },
];
