import "server-only";
import type { RoleCatalogue, RoleView } from "@/lib/domain/access/api";
import { createRoleBook } from "@/lib/domain/access/roles";
import { lastSegment } from "@/lib/domain/access/scope";
import type { RoleDefinitionInput } from "@/lib/domain/access/types";
import { roleDrift } from "@/lib/domain/findings/role-drift";
import type { ServiceContext } from "../context";
import { capabilityIdsOf } from "./assignment-view";
import { fleetInputs } from "./inputs";

const INPUTS_AGE_MS = 5 * 60_000;

function toView(role: RoleDefinitionInput, book: ReturnType<typeof createRoleBook>, assignments: number): RoleView {
  const id = lastSegment(role.id).toLowerCase();
  const masks = book.masks(id, null);
  return {
    id,
    name: role.name,
    type: role.type,
    description: role.description ?? "",
    assignableScopes: [...role.assignableScopes],
    permissions: role.permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
      actions: [...actions],
      notActions: [...notActions],
      dataActions: [...dataActions],
      notDataActions: [...notDataActions],
    })),
    capabilities: capabilityIdsOf(masks.sure | masks.depends),
    assignments,
    drift: roleDrift(id, role.permissions),
  };
}

/** Every role definition the operator can see, what it gives on machines, and where it differs from what is documented. */
export async function listRoles(args: { ctx: ServiceContext }): Promise<RoleCatalogue> {
  const { inputs, completeness } = await fleetInputs(args.ctx, INPUTS_AGE_MS);
  const book = createRoleBook(inputs.roleDefinitions);
  const held = new Map<string, number>();
  for (const { roleDefinitionId } of inputs.assignments) {
    const id = lastSegment(roleDefinitionId).toLowerCase();
    held.set(id, (held.get(id) ?? 0) + 1);
  }
  const roles = inputs.roleDefinitions.map((role) => toView(role, book, held.get(lastSegment(role.id).toLowerCase()) ?? 0));
  return { roles: roles.sort((a, b) => (a.name < b.name ? -1 : 1)), completeness };
}
