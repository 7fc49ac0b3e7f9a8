import type { MachineReachView, ReachGrant } from "@/lib/domain/access/api";
import { pathFixture, principalFixture } from "../access-fixture";

const GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg";
export const MACHINE_ID = `${GROUP}/providers/Microsoft.HybridCompute/machines/srv-1`;
export const VAULT_ID = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-1`;

export function grantFixture(part: Partial<ReachGrant> = {}): ReachGrant {
  return {
    assignmentId: `${VAULT_ID}/providers/Microsoft.Authorization/roleAssignments/a1`,
    scope: { id: VAULT_ID, kind: "other", name: "kv-1" },
    resourceType: "microsoft.keyvault/vaults",
    roleId: "4633458b-17de-408a-b874-0445c86b69e6",
    roleName: "Key Vault Secrets User",
    classes: ["secrets"],
    actions: [],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/getSecret/action"],
    viaGroup: null,
    condition: null,
    severity: "high",
    ...part,
  };
}

export function reachFixture(part: Partial<MachineReachView> = {}): MachineReachView {
  const extension = pathFixture({
    roleName: "Contributor",
    action: "Microsoft.HybridCompute/machines/extensions/write",
    pattern: "*",
  });
  return {
    machine: { id: MACHINE_ID, name: "srv-1", principalId: "id-1" },
    identity: { principalId: "id-1", displayName: "srv-1", groups: [] },
    grants: [grantFixture()],
    becomeIdentity: {
      capability: "becomeIdentity",
      holders: [
        { principal: principalFixture("dana"), paths: [extension] },
        { principal: principalFixture("kim"), paths: [pathFixture(), extension] },
      ],
      blocked: [],
    },
    controls: [],
    controlsTotal: 0,
    atLeast: [],
    completeness: { expected: null, received: 1, complete: true, missing: [], asOf: "2026-11-21T12:00:00Z" },
    ...part,
  };
}
