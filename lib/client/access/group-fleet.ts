import { prepareAccess } from "@/lib/domain/access/access-index";
import { type EvaluatedFleet, evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import type { AccessInputs, GroupMembersInput, PrincipalInput } from "@/lib/domain/access/types";

const MARK = "member-of:";

/** Id of the made-up member whose reach is the reach of the group. */
export function memberIdOf(groupId: string): string {
  return `${MARK}${groupId.toLowerCase()}`;
}

/**
 * The fleet as one enabled person sees it who is in exactly one group: the engine answers for people, so what a group gives
 * is what its newest member would get.
 */
export function evaluateGroups(inputs: AccessInputs, groupIds: readonly string[], now: Date): EvaluatedFleet {
  const groups = new Map<string, string[]>();
  const transitive = new Map<string, boolean>();
  const isGroup = new Set(groupIds.map((id) => id.toLowerCase()));
  for (const row of inputs.groups) {
    const id = row.groupId.toLowerCase();
    // People are left out: only the ways between groups matter here.
    const inside = row.memberIds.filter((member) => isGroup.has(member.toLowerCase()));
    groups.set(id, [...(groups.get(id) ?? []), ...inside]);
    transitive.set(id, row.transitive);
  }
  const stands: PrincipalInput[] = [];
  for (const groupId of groupIds) {
    const id = groupId.toLowerCase();
    groups.set(id, [...(groups.get(id) ?? []), memberIdOf(id)]);
    stands.push({ id: memberIdOf(id), kind: "user", displayName: groupId, detail: "", enabled: true, machineId: null });
  }
  const rows: GroupMembersInput[] = [...groups].map(([groupId, memberIds]) => ({
    groupId,
    memberIds,
    transitive: transitive.get(groupId) ?? false,
  }));
  const known = inputs.principals.filter((principal) => principal.kind === "group");
  return evaluateFleet(prepareAccess({ ...inputs, groups: rows, principals: [...known, ...stands] }, now));
}
