import type { Caller, Route, WireRequest } from "./contract.ts";
import { armError, faceError } from "./errors.ts";
import type { Instance } from "./instance.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function checkSubscription(request: WireRequest, instance: Instance): void {
  const id = /^\/subscriptions\/([^/]+)/i.exec(request.path)?.[1];
  if (request.face !== "arm" || id === undefined) return;
  if (!GUID.test(id)) {
    throw armError(400, "InvalidSubscriptionId", `The provided subscription identifier '${id}' is malformed or invalid.`);
  }
  if (!instance.world.subscriptions.some((row) => row.id.toLowerCase() === id.toLowerCase())) {
    throw armError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
  }
}

function nameOf(caller: Caller): string {
  const upn = caller.claims.upn ?? caller.claims.unique_name;
  return typeof upn === "string" ? upn : caller.appId;
}

/** ARM's refusal in the recorded words. */
export function authorizationFailed(caller: Caller, action: string, scope: string): Error {
  const message = `The client '${nameOf(caller)}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return armError(403, "AuthorizationFailed", message);
}

/** Refuses the caller who lacks the right of the route. Text as recorded; source: azure-apis.md 1.3. */
export function authorise(request: WireRequest, route: Route, caller: Caller, instance: Instance): void {
  checkSubscription(request, instance);
  const right = route.right;
  if (right === undefined || right === null) return;
  const scope = right.scope(request);
  if (instance.context.isAllowed(caller, right.action, scope, right.dataAction)) return;
  if (request.face === "graph")
    throw faceError("graph", 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  throw authorizationFailed(caller, right.action, scope);
}
