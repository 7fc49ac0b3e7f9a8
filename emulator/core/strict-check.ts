import type { Route, WireError, WireRequest } from "./contract.ts";
import { armError, faceError } from "./errors.ts";

const API_VERSION = /^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i;
/** Namespaces that Resource Manager itself serves; it words a wrong api-version differently from a resource provider. */
const CORE_NAMESPACES = new Set(["microsoft.resources"]);

type ResourceType = { namespace: string; type: string };

/** Provider and type of a path or route pattern; null for ARM's own types such as subscriptions. */
export function resourceTypeOf(path: string): ResourceType | null {
  const parts = path.split("/").filter(Boolean);
  const at = parts.map((part) => part.toLowerCase()).lastIndexOf("providers");
  const namespace = at < 0 ? undefined : parts[at + 1];
  if (namespace === undefined || CORE_NAMESPACES.has(namespace.toLowerCase())) return null;
  const type = parts.slice(at + 2).filter((_, index) => index % 2 === 0);
  return { namespace, type: type.join("/") };
}

function isAccepted(accepted: readonly string[], version: string): boolean {
  const wanted = version.toLowerCase();
  return accepted.some((entry) => (entry === "preview" ? wanted.endsWith("-preview") : entry.toLowerCase() === wanted));
}

function refuseVersion(request: WireRequest, accepted: readonly string[], version: string): WireError {
  const supported = accepted.map((entry) => (entry === "preview" ? "any -preview" : entry)).join(", ");
  const resource = resourceTypeOf(request.path);
  if (resource === null || !API_VERSION.test(version)) {
    const message = `The api-version '${version}' is invalid. The supported versions are '${supported}'.`;
    return armError(400, "InvalidApiVersionParameter", message);
  }
  const message = `No registered resource provider found for location '' and API version '${version}' for type '${resource.type}'. The supported api-versions are '${supported}'. The supported locations are ''.`;
  return armError(400, "NoRegisteredProviderFound", message);
}

/** Checks that the service itself makes on the request line: api-version present and accepted, no unknown parameter. */
export function strictCheck(request: WireRequest, route: Route): void {
  if (request.face === "entra" || request.face === "himds") return;
  const names = [...request.query.keys()];
  if (request.face !== "graph" && route.apiVersions !== undefined) {
    const name = names.find((key) => key.toLowerCase() === "api-version");
    const version = name === undefined ? "" : (request.query.get(name) ?? "");
    if (version === "") {
      throw armError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
      );
    }
    if (!isAccepted(route.apiVersions, version)) throw refuseVersion(request, route.apiVersions, version);
  }
  const known = new Set(["api-version", ...(route.query ?? []).map((entry) => entry.toLowerCase())]);
  const unknown = names.find((entry) => !known.has(entry.toLowerCase()));
  if (unknown === undefined) return;
  const list = (route.query ?? []).join(", ") || "none";
  const message = `Local Azure does not know the query parameter '${unknown}' for ${request.method} ${route.pattern}. Known parameters: ${list}.`;
  throw faceError(request.face, 400, request.face === "graph" ? "Request_BadRequest" : "InvalidQueryParameter", message);
}

/** What a path without a route answers. */
export function noRoute(request: WireRequest, otherMethods: readonly string[]): WireError {
  if (request.face === "graph") {
    if (otherMethods.length > 0)
      return faceError("graph", 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
    const segment = request.path.split("/")[2] ?? "";
    return faceError("graph", 400, "BadRequest", `Resource not found for the segment '${segment}'.`);
  }
  if (request.face === "entra") {
    return faceError("entra", 404, "not_found", `Local Azure has nothing at ${request.path}.`);
  }
  if (otherMethods.length > 0) {
    return armError(405, "MethodNotAllowed", `The requested resource does not support http method '${request.method}'.`);
  }
  const resource = resourceTypeOf(request.path);
  const version = request.query.get("api-version") ?? "";
  if (resource === null) return armError(404, "NotFound", `The resource '${request.path}' was not found.`);
  const message = `The resource type '${resource.type}' could not be found in the namespace '${resource.namespace}' for api version '${version}'.`;
  return armError(404, "InvalidResourceType", message);
}
