import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { callerOf } from "./request-reading.ts";
import { scopeOf } from "./role-scopes.ts";
import { AUTHORIZATION } from "./versions.ts";
import { assignmentsCovering } from "./visibility.ts";

/** What the caller may do at the scope: the permission entries of every role held there or above, groups included. */
function listPermissions(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const held = new Set(assignmentsCovering(ctx, callerOf(request), scopeOf(request)).map((row) => row.roleDefinitionGuid));
  const value = ctx.world.roleDefinitions
    .filter((role) => held.has(role.id))
    .flatMap((role) =>
      role.permissions.map(({ actions, notActions, dataActions, notDataActions, condition, conditionVersion }) => ({
        actions,
        notActions,
        dataActions,
        notDataActions,
        ...(condition === undefined || condition === null ? {} : { condition, conditionVersion }),
      })),
    );
  return { status: 200, body: { value } };
}

const PREFIX = "/{+scope}/providers/microsoft.authorization";

export const permissionRoutes: Route[] = [
  {
    face: "arm",
    method: "GET",
    pattern: `${PREFIX}/permissions`,
    apiVersions: AUTHORIZATION,
    query: ["$skiptoken"],
    right: null,
    source: "azure-apis.md 3.5; recording pysdk.authorization.test_authorization",
    handle: listPermissions,
  },
];
