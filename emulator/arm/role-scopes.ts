import type { WireRequest } from "../core/contract.ts";
import { param } from "./request-reading.ts";

/** The scope of a `{+scope}` route with its leading slash; the tenant root is "/". */
export function scopeOf(request: WireRequest): string {
  return `/${param(request, "scope")}`;
}

/** Role definition ids are printed below the subscription of the scope, or without one above subscriptions. */
export function definitionId(scope: string, guid: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/** Prefixes a child resource of a scope; the root has no prefix. */
export function belowScope(scope: string, rest: string): string {
  return `${scope === "/" ? "" : scope}${rest}`;
}
