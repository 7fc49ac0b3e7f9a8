import "server-only";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { AccessIndex } from "@/lib/domain/access/access-index";
import type { AssignmentView } from "@/lib/domain/access/api";
import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import { capabilitiesOfAtoms } from "@/lib/domain/access/masks";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { nameless } from "./to-inputs";

/** Ids of the capabilities that a set of atom bits gives. */
export function capabilityIdsOf(atoms: number): AccessCapabilityId[] {
  const mask = capabilitiesOfAtoms(atoms);
  return CAPABILITY_IDS.filter((_, bit) => (mask & (1 << bit)) !== 0);
}

/** Names of role assignments that a PIM activation made: they end with it. */
function activatedNames(index: AccessIndex): Set<string> {
  const activated = index.inputs.activeInstances.filter(({ assignmentType }) => assignmentType.toLowerCase() === "activated");
  return new Set(activated.flatMap(({ originRoleAssignmentId: id }) => (id === null ? [] : [lastSegment(id).toLowerCase()])));
}

/** Role assignments with the names of people, roles and scopes, and what each gives on machines. */
export function assignmentViews(index: AccessIndex, rows: readonly RoleAssignmentRow[]): AssignmentView[] {
  const activated = activatedNames(index);
  return rows.map((row) => {
    const role = index.roles.find(row.roleDefinitionId);
    const masks = index.roles.masks(row.roleDefinitionId, row.condition);
    const roleId = lastSegment(row.roleDefinitionId).toLowerCase();
    return {
      id: row.id,
      scope: index.scopes.describe(normaliseScope(row.scope)),
      principal: index.directory.find(row.principalId) ?? nameless(row.principalId, "unknown"),
      roleId,
      roleName: role?.name ?? roleId,
      roleType: role?.type ?? "Unknown",
      condition: row.condition,
      description: row.description,
      createdAt: row.createdAt,
      createdBy: row.createdBy,
      activatedByPim: activated.has(row.name.toLowerCase()),
      capabilities: capabilityIdsOf(masks.sure | masks.depends),
    };
  });
}
