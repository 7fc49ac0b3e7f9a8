import "server-only";
import { z } from "zod";
import type { RoleAssignmentBody } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import type { ChangeItemRow } from "@/lib/db/access-changes";
import type { AccessChangeRequest } from "@/lib/domain/access/api";
import { assignmentIdOf, type DefineRoleRequest, roleScopeOf, scopeOfChange } from "@/lib/domain/access/write-request";
import type { ExactRequest } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { AccessChangeRemote } from "@/lib/jobs/access-change-remote";

/** Text columns of an item as values again. They were written by this portal, perhaps by an older version of it. */
const requestSchema = z.custom<AccessChangeRequest>((value) => typeof value === "object" && value !== null && "kind" in value);
const exactSchema = z.object({ method: z.enum(["PUT", "PATCH", "DELETE"]), url: z.string(), body: z.unknown() });
const bodySchema = z.looseObject({
  properties: z.looseObject({ roleDefinitionId: z.string(), principalId: z.string(), principalType: z.string() }),
});

export function storedRequest(item: Pick<ChangeItemRow, "request">): AccessChangeRequest {
  return requestSchema.parse(JSON.parse(item.request));
}

export function storedExact(item: Pick<ChangeItemRow, "exact">): ExactRequest {
  const { method, url, body } = exactSchema.parse(JSON.parse(item.exact));
  return { method, url, body: body ?? null };
}

function assignmentBody(item: ChangeItemRow): RoleAssignmentBody {
  // The stored body is the one the operator saw; exactly it is sent.
  return bodySchema.parse(storedExact(item).body).properties as RoleAssignmentBody;
}

async function send(azure: AzureClients, item: ChangeItemRow): Promise<void> {
  const request = storedRequest(item);
  if (request.kind === "assign") {
    await azure.access.putRoleAssignment({ scope: request.scope, name: request.assignmentName, body: assignmentBody(item) });
  } else if (request.kind === "remove") await azure.access.deleteRoleAssignment(request.assignmentId);
  else {
    const { roleName, description, assignableScopes, permissions } = request;
    const body = { roleName, description, assignableScopes, permissions: [permissions] };
    await azure.access.putRoleDefinition({ scope: roleScopeOf(request), name: request.roleId, body });
  }
}

/** Whether the list of the scope, which is what Azure enforces from, holds the assignment. */
async function isListed(azure: AzureClients, request: Exclude<AccessChangeRequest, DefineRoleRequest>): Promise<boolean> {
  const wanted = (request.kind === "assign" ? assignmentIdOf(request) : request.assignmentId).toLowerCase();
  const name = wanted.slice(wanted.lastIndexOf("/") + 1);
  const rows = await azure.access.roleAssignments(scopeOfChange(request), { atScope: true });
  return rows.some((row) => row.name.toLowerCase() === name);
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  const lower = (list: readonly string[]) => list.map((text) => text.toLowerCase()).sort();
  return JSON.stringify(lower(left)) === JSON.stringify(lower(right));
}

async function isDefined(azure: AzureClients, request: DefineRoleRequest): Promise<boolean> {
  const role = await azure.access.roleDefinition({ scope: roleScopeOf(request), name: request.roleId });
  const [permission] = role?.permissions ?? [];
  if (role === null || permission === undefined) return false;
  const { actions, notActions, dataActions, notDataActions } = request.permissions;
  return (
    role.roleName === request.roleName &&
    sameList(permission.actions, actions) &&
    sameList(permission.notActions, notActions) &&
    sameList(permission.dataActions, dataActions) &&
    sameList(permission.notDataActions, notDataActions)
  );
}

/** Calls of one change as one person. None carries a request's signal: the browser may leave, the work goes on. */
export function createChangeRemote(azure: AzureClients): AccessChangeRemote {
  return {
    send: (item) => send(azure, item),
    async isInForce(item) {
      const request = storedRequest(item);
      if (request.kind === "assign") return isListed(azure, request);
      if (request.kind === "defineRole") return isDefined(azure, request);
      try {
        return !(await isListed(azure, request));
      } catch (error) {
        // A scope that is gone has no assignment either.
        if (error instanceof AppError && error.code === "not_found") return true;
        throw error;
      }
    },
  };
}
