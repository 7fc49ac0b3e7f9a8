import "server-only";
import { z } from "zod";
import type { RoleAssignmentBody, RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import type { ChangeItemRow } from "@/lib/db/access-changes";
import type { AccessChangeRequest, ChangeItem } from "@/lib/domain/access/api";
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

const beforeSchema = z.looseObject({
  names: z.looseObject({ principal: z.string().nullable(), role: z.string().nullable() }),
});

/** Names as they were when the change was decided; the principal may be gone by now. */
export function storedNames(item: Pick<ChangeItemRow, "before">): ChangeItem["names"] {
  const { principal, role } = beforeSchema.parse(JSON.parse(item.before)).names;
  return { principal, role };
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

type Lists = Map<string, Promise<RoleAssignmentRow[]>>;

/** The list of a scope, asked for once in the life of a remote: a set often changes many assignments at one scope. */
function listAt(azure: AzureClients, lists: Lists, scope: string): Promise<RoleAssignmentRow[]> {
  const key = scope.toLowerCase();
  const running = lists.get(key) ?? azure.access.roleAssignments(scope, { atScope: true });
  lists.set(key, running);
  return running;
}

type AssignmentChange = Exclude<AccessChangeRequest, DefineRoleRequest>;

/** Whether the list of the scope, which is what Azure enforces from, holds the assignment. */
async function isListed(azure: AzureClients, lists: Lists, request: AssignmentChange): Promise<boolean> {
  const wanted = (request.kind === "assign" ? assignmentIdOf(request) : request.assignmentId).toLowerCase();
  const name = wanted.slice(wanted.lastIndexOf("/") + 1);
  const rows = await listAt(azure, lists, scopeOfChange(request));
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

/**
 * Calls of one set as one person, for one round: what is read is remembered as long as the remote lives. None carries a
 * request's signal: the browser may leave, the work goes on.
 */
export function createChangeRemote(azure: AzureClients): AccessChangeRemote {
  const lists: Lists = new Map();
  return {
    async send(item) {
      await send(azure, item);
      return undefined;
    },
    async isInForce(item) {
      const request = storedRequest(item);
      if (request.kind === "assign") return isListed(azure, lists, request);
      if (request.kind === "defineRole") return isDefined(azure, request);
      try {
        return !(await isListed(azure, lists, request));
      } catch (error) {
        // A scope that is gone has no assignment either.
        if (error instanceof AppError && error.code === "not_found") return true;
        throw error;
      }
    },
  };
}
