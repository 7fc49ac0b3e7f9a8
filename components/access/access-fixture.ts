import type { AccessPath, PrincipalInput } from "@/lib/domain/access/types";

export function principalFixture(id: string, part: Partial<PrincipalInput> = {}): PrincipalInput {
  return { id, kind: "user", displayName: id, detail: `${id}@contoso.example`, enabled: true, machineId: null, ...part };
}

/** A standing assignment of the administrator login role at a subscription. */
export function pathFixture(part: Partial<AccessPath> = {}): AccessPath {
  return {
    kind: { kind: "standing" },
    groups: [],
    groupsExact: true,
    scope: { id: "/subscriptions/s", kind: "subscription", name: "Production" },
    inherited: true,
    assignmentId: "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a1",
    roleId: "r1",
    roleName: "Virtual Machine Administrator Login",
    roleType: "BuiltInRole",
    action: "Microsoft.HybridCompute/machines/loginAsAdmin/action",
    isDataAction: true,
    pattern: "Microsoft.HybridCompute/machines/loginAsAdmin/action",
    condition: { kind: "none" },
    ...part,
  };
}
