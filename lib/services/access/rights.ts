import "server-only";
import type { AccessRights, AccessRightsList, OperatorRight } from "@/lib/domain/access/api";
import { type AuthorizationAction, operatorRight } from "@/lib/domain/access/rights";
import type { PermissionSet } from "@/lib/domain/permissions";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { ARM_LANES } from "./fleet-sources";
import { mustStop } from "./gaps";
import { inLanes } from "./lanes";

type RightsContext = Pick<ServiceContext, "azure" | "signal" | "log" | "clock" | "traceId">;

/** The operator's own permissions at a scope as Azure lists them; null when Azure cannot say. */
export async function permissionsOf(ctx: RightsContext, scope: string): Promise<PermissionSet[] | null> {
  try {
    return await ctx.azure.access.permissionsAt(scope, { signal: ctx.signal });
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    logUnread(ctx.log, "access.rightsUnreadable", error);
    return null;
  }
}

/** What the operator may do about access at a scope. Each right names its action and the smallest role that has it. */
export async function accessRights(ctx: RightsContext, scope: string): Promise<AccessRights> {
  const entries = await permissionsOf(ctx, scope);
  const right = (action: AuthorizationAction): OperatorRight => operatorRight(entries, action);
  return {
    scope,
    assignRoles: right("assignRoles"),
    removeRoles: right("removeRoles"),
    defineRoles: right("defineRoles"),
    readAssignments: right("readAssignments"),
    asOf: ctx.clock.now().toISOString(),
  };
}

/** The same at several scopes, in their order; each scope is asked once. */
export async function accessRightsAt(ctx: RightsContext, scopes: readonly string[]): Promise<AccessRightsList> {
  const known = new Map<string, AccessRights>();
  const distinct = [...new Set(scopes.map((scope) => scope.toLowerCase()))];
  await inLanes(distinct, ARM_LANES, async (scope) => {
    known.set(scope, await accessRights(ctx, scope));
  });
  const rights = scopes.flatMap((scope) => {
    const found = known.get(scope.toLowerCase());
    return found === undefined ? [] : [{ ...found, scope }];
  });
  return { rights };
}
