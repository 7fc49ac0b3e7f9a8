import type { WireRequest } from "./contract.ts";

/** Answers a browser's preflight. ARM names no exposed headers. Source: azure-apis.md 1.7. */
export function preflightHeaders(request: WireRequest): Record<string, string> {
  return {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,POST,PUT,DELETE,PATCH,OPTIONS,HEAD",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
    "access-control-max-age": "3600",
    "cache-control": "no-cache, no-store",
  };
}

/** Header for the answer to a request that a page sent from another origin. */
export function crossOriginHeaders(request: WireRequest): Record<string, string> {
  return request.headers.origin === undefined ? {} : { "access-control-allow-origin": "*" };
}
