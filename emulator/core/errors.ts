import type { Face } from "./contract.ts";
import { WireError } from "./contract.ts";

/** ARM's error envelope. Gateway errors carry x-ms-failure-cause, as recorded. Source: azure-apis.md 1.3. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  cause: "gateway" | "service" = "gateway",
): WireError {
  return new WireError(status, { error: { code, message } }, { "x-ms-failure-cause": cause, ...headers });
}

/** Graph's error envelope; the serialiser adds innerError. Source: azure-apis.md 6.1. */
export function graphError(status: number, code: string, message: string, headers: Record<string, string> = {}): WireError {
  return new WireError(status, { error: { code, message } }, headers);
}

/** An error in the envelope of the face that was called. */
export function faceError(face: Face, status: number, code: string, message: string): WireError {
  if (face === "graph") return graphError(status, code, message);
  if (face === "entra") return new WireError(status, { error: code, error_description: message });
  return armError(status, code, message);
}

/** What a client sees when local Azure itself fails; the cause goes to stderr. */
export function internalError(face: Face): WireError {
  const message = "Local Azure failed while it handled the request. The cause is in its log.";
  if (face === "entra") return new WireError(500, { error: "server_error", error_description: message });
  if (face === "graph") return graphError(500, "InternalServerError", message);
  return armError(500, "InternalServerError", message, {}, "service");
}
