import { authorizationFailed } from "../core/authorise.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { isKept } from "../world/assignment-life.ts";
import type { RoleDefinition } from "../world/types.ts";
import { logActivity } from "./activity.ts";
import { bodyOf, callerOf, isJson, type Json, param } from "./request-reading.ts";
import { refuse } from "./role-assignment-body.ts";
import { definitionBody } from "./role-definition-view.ts";
import { definitionId, scopeOf } from "./role-scopes.ts";
import { requireScope } from "./scope-existence.ts";
import { trimScope } from "./visibility.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WRITE = "Microsoft.Authorization/roleDefinitions/write";
const DELETE = "Microsoft.Authorization/roleDefinitions/delete";
/** https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits and custom-roles */
const MAX_NAME = 512;
const MAX_DESCRIPTION = 2_048;
const MAX_ROLES = 5_000;
const LISTS = ["actions", "notActions", "dataActions", "notDataActions"] as const;

type Input = Pick<RoleDefinition, "roleName" | "description" | "assignableScopes" | "permissions">;

function invalid(message: string): Error {
  return refuse(400, "InvalidRoleDefinition", message);
}

function strings(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return value;
  throw invalid(`'${name}' must be a list of texts.`);
}

/** Providers that the built-in roles name; local Azure has no catalogue of every operation. */
function knownProviders(ctx: EmulatorContext): Set<string> {
  const known = new Set<string>();
  for (const role of ctx.world.roleDefinitions) {
    if (role.tenantId !== null) continue;
    for (const entry of role.permissions) {
      for (const action of [...entry.actions, ...entry.dataActions]) known.add(action.split("/")[0]?.toLowerCase() ?? "");
    }
  }
  return known;
}

function checkAction(action: string, known: ReadonlySet<string>): void {
  if (action === "*" || action.startsWith("*/")) return;
  const provider = action.split("/")[0]?.toLowerCase() ?? "";
  if (action.includes("/") && known.has(provider) && !/\s/.test(action)) return;
  const message = `'${action}' does not match any of the actions supported by the providers.`;
  throw refuse(400, "InvalidActionOrNotAction", message);
}

function readPermissions(value: unknown, ctx: EmulatorContext): RoleDefinition["permissions"] {
  if (!Array.isArray(value) || value.length !== 1 || !isJson(value[0])) {
    throw invalid("A custom role has exactly one entry in 'permissions'.");
  }
  const entry: Json = value[0];
  const [actions, notActions, dataActions, notDataActions] = LISTS.map((name) => strings(entry[name], name));
  const lists = {
    actions: actions ?? [],
    notActions: notActions ?? [],
    dataActions: dataActions ?? [],
    notDataActions: notDataActions ?? [],
  };
  const known = knownProviders(ctx);
  for (const list of Object.values(lists)) for (const action of list) checkAction(action, known);
  if (lists.actions.length + lists.dataActions.length === 0)
    throw invalid("A custom role needs at least one action or data action.");
  return [lists];
}

function readScopes(value: unknown, ctx: EmulatorContext): string[] {
  const scopes = strings(value, "assignableScopes");
  if (scopes.length === 0) throw invalid("A custom role needs at least one assignable scope.");
  if (scopes.some((scope) => trimScope(scope) === "/"))
    throw invalid("A custom role cannot be assignable at the root scope '/'.");
  const groups = scopes.filter((scope) => trimScope(scope).startsWith("/providers/microsoft.management/"));
  if (groups.length > 1) throw invalid("Only one management group can be an assignable scope of a custom role.");
  for (const scope of scopes) requireScope(ctx, scope);
  return scopes;
}

function readDefinition(request: WireRequest, ctx: EmulatorContext): Input {
  const { properties } = bodyOf(request);
  const given: Json = isJson(properties) ? properties : {};
  const roleName = typeof given.roleName === "string" ? given.roleName.trim() : "";
  if (roleName === "" || roleName.length > MAX_NAME) throw invalid(`The role name must have 1 to ${MAX_NAME} characters.`);
  const description = typeof given.description === "string" ? given.description : "";
  if (description.length > MAX_DESCRIPTION) throw invalid(`The description is longer than ${MAX_DESCRIPTION} characters.`);
  if (typeof given.type === "string" && given.type.toLowerCase() !== "customrole") {
    throw invalid(`The role type '${given.type}' cannot be written. Only CustomRole can.`);
  }
  const assignableScopes = readScopes(given.assignableScopes, ctx);
  return { roleName, description, assignableScopes, permissions: readPermissions(given.permissions, ctx) };
}

/** A custom role is changed by those who may do so at each scope that it is or becomes assignable at. */
function requireRight(request: WireRequest, ctx: EmulatorContext, action: string, scopes: readonly string[]): void {
  const caller = callerOf(request);
  for (const scope of scopes) if (!ctx.isAllowed(caller, action, scope)) throw authorizationFailed(caller, action, scope);
}

function findOwn(request: WireRequest, ctx: EmulatorContext, id: string): RoleDefinition | undefined {
  const row = ctx.world.roleDefinitions.find((candidate) => candidate.id === id);
  if (row === undefined || row.tenantId === callerOf(request).tenantId) return row;
  throw refuse(403, "RoleDefinitionNotAllowed", `The role definition '${row.roleName}' is built in and cannot be changed.`);
}

/** PUT: 201 for a new and for a changed custom role. */
export function putDefinition(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireRight(request, ctx, WRITE, [scopeOf(request)]);
  const id = param(request, "definition").toLowerCase();
  if (!GUID.test(id)) {
    throw refuse(
      400,
      "InvalidRoleDefinitionId",
      `The role definition ID '${id}' is not valid. The role definition ID must be a GUID.`,
    );
  }
  const { tenantId } = callerOf(request);
  const existing = findOwn(request, ctx, id);
  const input = readDefinition(request, ctx);
  requireRight(request, ctx, WRITE, [...input.assignableScopes, ...(existing?.assignableScopes ?? [])]);
  const known = ctx.world.roleDefinitions.filter((row) => row.tenantId === null || row.tenantId === tenantId);
  if (known.some((row) => row.id !== id && row.roleName.toLowerCase() === input.roleName.toLowerCase())) {
    const message = `A custom role with the same name already exists in this directory. Use a different name. (${input.roleName})`;
    throw refuse(409, "RoleDefinitionWithSameNameExists", message);
  }
  if (existing === undefined && known.filter((row) => row.tenantId !== null).length >= MAX_ROLES) {
    throw refuse(400, "RoleDefinitionLimitExceeded", "Role definition limit exceeded. No more role definitions can be created.");
  }
  const now = new Date(ctx.clock.nowMs()).toISOString().replace("Z", "0000Z");
  const row: RoleDefinition = existing ?? { ...input, id, tenantId, type: "CustomRole", createdOn: now, updatedOn: now };
  Object.assign(row, input, { updatedOn: now });
  // Custom roles come first in lists (recorded).
  if (existing === undefined) ctx.world.roleDefinitions = [row, ...ctx.world.roleDefinitions];
  ctx.world.revision += 1;
  logActivity(request, ctx, { resourceId: definitionId(scopeOf(request), id), operationName: WRITE, status: "Succeeded" });
  return { status: 201, body: definitionBody(row, scopeOf(request)) };
}

/** DELETE: 200 with the removed role, 204 when there is none, refused while it is assigned. */
export function deleteDefinition(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireRight(request, ctx, DELETE, [scopeOf(request)]);
  const id = param(request, "definition").toLowerCase();
  const row = findOwn(request, ctx, id);
  if (row === undefined) return { status: 204 };
  requireRight(request, ctx, DELETE, row.assignableScopes);
  const nowMs = ctx.clock.nowMs();
  if (ctx.world.roleAssignments.some((one) => one.roleDefinitionGuid === id && isKept(one, nowMs))) {
    const message = "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments).";
    throw refuse(400, "RoleDefinitionHasAssignments", message);
  }
  ctx.world.roleDefinitions = ctx.world.roleDefinitions.filter((one) => one !== row);
  ctx.world.revision += 1;
  logActivity(request, ctx, { resourceId: definitionId(scopeOf(request), id), operationName: DELETE, status: "Succeeded" });
  return { status: 200, body: definitionBody(row, scopeOf(request)) };
}
