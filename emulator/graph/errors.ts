import { WireError } from "../core/contract.ts";

/** Graph's envelope; the composition adds innerError. Source: azure-apis.md 6.1. */
export function graphError(status: number, code: string, message: string, headers: Record<string, string> = {}): WireError {
  return new WireError(status, { error: { code, message } }, headers);
}

/** As recorded (role.test_service_principal_scenario). */
export function notFound(id: string): WireError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return graphError(404, "Request_ResourceNotFound", message);
}

export function badRequest(message: string): WireError {
  return graphError(400, "Request_BadRequest", message);
}

export function unsupportedQuery(message: string): WireError {
  return graphError(400, "Request_UnsupportedQuery", message);
}

export function denied(): WireError {
  return graphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

export function unknownProperty(property: string, type: string): WireError {
  const message = `Parsing OData Select and Expand failed: Could not find a property named '${property}' on type 'microsoft.graph.${type}'.`;
  return graphError(400, "BadRequest", message);
}
