import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { regionsOf } from "../world/places.ts";
import { type CatalogueEntry, EXTENSION_CATALOGUE, findEntry } from "./extension-catalogue.ts";
import { type Json, param } from "./request-reading.ts";
import { HYBRID_COMPUTE } from "./versions.ts";

/** Ids have no subscription and lower-case names, whichever of the two paths was asked. Source: azure-apis.md 2.6. */
function idOf(location: string, ...rest: string[]): string {
  const keys = ["publishers", "extensionTypes", "versions"];
  const tail = rest.map((value, at) => `/${keys[at]}/${value.toLowerCase()}`).join("");
  return `/providers/Microsoft.HybridCompute/locations/${location}${tail}`;
}

/** The tenant-level form has download addresses and no location (official example ExtensionMetadataV2_Get). */
function versionBody(entry: CatalogueEntry, location: string, version: string, isTenantLevel: boolean): Json {
  const [publisher, extensionType] = [entry.publisher.toLowerCase(), entry.type.toLowerCase()];
  const id = idOf(location, entry.publisher, entry.type, version);
  const properties: Json = { version, extensionType, publisher };
  if (!isTenantLevel) return { id, location, properties };
  const file = `https://download.local-azure.invalid/${publisher}/${extensionType}/${version}`;
  Object.assign(properties, { extensionUris: [`${file}.zip`], extensionSignatureUri: `${file}.sig` });
  return { id, properties: { ...properties, operatingSystem: entry.operatingSystem, architecture: ["x64"] } };
}

function locationOf(request: WireRequest, ctx: EmulatorContext): string {
  const location = param(request, "location").toLowerCase();
  if (regionsOf(ctx.world.cloud).includes(location)) return location;
  const supported = regionsOf(ctx.world.cloud).join(",");
  const message = `The provided location '${location}' is not available for resource type 'locations/publishers'. List of available regions for the resource type is '${supported}'.`;
  throw armError(400, "LocationNotAvailableForResourceType", message);
}

const isTenantLevel = (request: WireRequest): boolean => param(request, "subscriptionId") === "";

function listVersions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const location = locationOf(request, ctx);
  const entry = findEntry(param(request, "publisher"), param(request, "type"));
  const versions = entry?.versions ?? [];
  const value =
    entry === undefined ? [] : versions.map((version) => versionBody(entry, location, version, isTenantLevel(request)));
  return { status: 200, body: { value } };
}

function getVersion(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const location = locationOf(request, ctx);
  const [publisher, type, version] = [param(request, "publisher"), param(request, "type"), param(request, "version")];
  const entry = findEntry(publisher, type);
  if (entry === undefined || !entry.versions.includes(version)) {
    throw armError(
      404,
      "ResourceNotFound",
      `Version '${version}' of extension '${publisher}.${type}' was not found in '${location}'.`,
      {},
      "service",
    );
  }
  return { status: 200, body: versionBody(entry, location, version, isTenantLevel(request)) };
}

function listPublishers(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const location = locationOf(request, ctx);
  const names = [...new Set(EXTENSION_CATALOGUE.map((entry) => entry.publisher))];
  return { status: 200, body: { value: names.map((name) => ({ id: idOf(location, name), name })) } };
}

function listTypes(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const location = locationOf(request, ctx);
  const publisher = param(request, "publisher").toLowerCase();
  const entries = EXTENSION_CATALOGUE.filter((entry) => entry.publisher.toLowerCase() === publisher);
  return {
    status: 200,
    body: { value: entries.map((entry) => ({ id: idOf(location, entry.publisher, entry.type), name: entry.type })) },
  };
}

const TENANT = "/providers/microsoft.hybridcompute/locations/{location}/publishers";
const SUBSCRIPTION = `/subscriptions/{subscriptionId}${TENANT}`;
const VERSIONS = "/{publisher}/extensiontypes/{type}/versions";

const route = (pattern: string, handle: Route["handle"]): Route => ({
  face: "arm",
  method: "GET",
  pattern,
  apiVersions: HYBRID_COMPUTE,
  query: [],
  right: null,
  source: "azure-apis.md 2.6; recording connectedmachine.2023-12 and official example ExtensionMetadataV2_Get",
  handle,
});

export const extensionMetadataRoutes: Route[] = [
  route(`${SUBSCRIPTION}${VERSIONS}`, listVersions),
  route(`${SUBSCRIPTION}${VERSIONS}/{version}`, getVersion),
  route(TENANT, listPublishers),
  route(`${TENANT}/{publisher}/extensiontypes`, listTypes),
  route(`${TENANT}${VERSIONS}`, listVersions),
  route(`${TENANT}${VERSIONS}/{version}`, getVersion),
];
