import "server-only";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { AccessChange, AccessInputs } from "@/lib/domain/access/types";
import { assignmentIdOf, principalTypeOf } from "@/lib/domain/access/write-request";
import type { ServiceContext } from "../context";
import type { ChangeFacts } from "./change-facts";
import { type NamedPrincipal, readDirectory } from "./directory";
import type { Gaps } from "./gaps";
import { toAssignmentInput, toDefinitionInput } from "./to-inputs";

/** Changes as the engine takes them. A change that has nothing to do, such as a removal of what is gone, is left out. */
export function engineChanges(facts: readonly ChangeFacts[], at: string): AccessChange[] {
  return facts.flatMap(({ request, standing, principal }): AccessChange[] => {
    if (request.kind === "remove") return standing === null ? [] : [{ kind: "remove", assignmentId: standing.id }];
    if (request.kind === "assign") {
      if (standing !== null) return [];
      const assignment = {
        id: assignmentIdOf(request),
        scope: request.scope,
        roleDefinitionId: request.roleId,
        principalId: request.principalId,
        principalType: principal === null ? null : principalTypeOf(principal.kind),
        condition: request.condition,
        createdOn: at,
      };
      return [{ kind: "add", assignment }];
    }
    const role = {
      id: request.roleId,
      name: request.roleName,
      type: "CustomRole",
      permissions: [request.permissions],
      assignableScopes: request.assignableScopes,
    };
    return [{ kind: "setRole", role }];
  });
}

/** The fleet's inputs brought up to what ARM and Graph said just now about the things that change. */
export async function freshInputs(
  ctx: ServiceContext,
  gaps: Gaps,
  inputs: AccessInputs,
  facts: readonly ChangeFacts[],
): Promise<AccessInputs> {
  const named = facts.flatMap(({ principal, standing }): NamedPrincipal[] => {
    if (principal !== null) return [{ id: principal.id, type: principalTypeOf(principal.kind) }];
    return standing === null ? [] : [{ id: standing.principalId, type: standing.principalType }];
  });
  // Groups are read anew: who is in them decides what the change gives.
  const directory = await readDirectory(ctx, gaps, named);
  const people = new Set(directory.principals.map(({ id }) => id.toLowerCase()));
  const groups = new Set(directory.groups.map(({ groupId }) => groupId.toLowerCase()));
  const standing = facts.flatMap((fact) => (fact.standing === null ? [] : [fact.standing]));
  const ids = new Set(standing.map(({ id }) => id.toLowerCase()));
  const gone = new Set(
    facts.flatMap(({ request, standing: row }) =>
      request.kind === "remove" && row === null ? [request.assignmentId.toLowerCase()] : [],
    ),
  );
  const roles = new Map(
    facts.flatMap(({ role }) => (role === null ? [] : [[lastSegment(normaliseScope(role.id)), role] as const])),
  );
  return {
    ...inputs,
    principals: [...inputs.principals.filter(({ id }) => !people.has(id.toLowerCase())), ...directory.principals],
    groups: [...inputs.groups.filter(({ groupId }) => !groups.has(groupId.toLowerCase())), ...directory.groups],
    assignments: [
      ...inputs.assignments.filter(({ id }) => !ids.has(id.toLowerCase()) && !gone.has(id.toLowerCase())),
      ...standing.map(toAssignmentInput),
    ],
    roleDefinitions: [
      ...inputs.roleDefinitions.filter(({ id }) => !roles.has(lastSegment(normaliseScope(id)))),
      ...[...roles.values()].map(toDefinitionInput),
    ],
    incomplete: [...inputs.incomplete, ...gaps.incomplete()],
  };
}
