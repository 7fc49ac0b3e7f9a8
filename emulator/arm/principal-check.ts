import type { EmulatorContext } from "../core/contract.ts";
import type { RoleAssignment } from "../world/types.ts";
import { type AssignmentInput, refuse } from "./role-assignment-body.ts";

type Found = { type: RoleAssignment["principalType"]; createdAtMs: number };

function findPrincipal(ctx: EmulatorContext, tenantId: string, id: string): Found | null {
  const { users, groups, servicePrincipals } = ctx.world;
  const user = users.find((row) => row.id === id && row.tenantId === tenantId);
  if (user !== undefined) return { type: "User", createdAtMs: user.createdAtMs ?? 0 };
  const group = groups.find((row) => row.id === id && row.tenantId === tenantId);
  if (group !== undefined) return { type: "Group", createdAtMs: group.createdAtMs ?? 0 };
  const principal = servicePrincipals.get(id);
  if (principal?.tenantId !== tenantId) return null;
  return { type: "ServicePrincipal", createdAtMs: Date.parse(principal.createdDateTime) };
}

/**
 * The type of the principal to store. A principal that has not replicated yet is only accepted with its type; one that the
 * directory does not hold never is. Source: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
export function requirePrincipal(
  ctx: EmulatorContext,
  tenantId: string,
  input: Pick<AssignmentInput, "principalId" | "principalType">,
): RoleAssignment["principalType"] {
  const found = findPrincipal(ctx, tenantId, input.principalId);
  const isKnown = found !== null && found.createdAtMs + ctx.options.principalReplicationMs <= ctx.clock.nowMs();
  if (found === null || (!isKnown && input.principalType === null)) {
    const message = `Principal ${input.principalId.replaceAll("-", "")} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`;
    throw refuse(400, "PrincipalNotFound", message);
  }
  if (input.principalType !== null && input.principalType !== found.type) {
    const message = `The PrincipalId '${input.principalId.replaceAll("-", "")}' has type '${found.type}' , which is different from specified PrinciaplType '${input.principalType}'.`;
    throw refuse(400, "UnmatchedPrincipalType", message);
  }
  return found.type;
}
