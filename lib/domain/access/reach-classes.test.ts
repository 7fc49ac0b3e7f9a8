import { describe, expect, it } from "vitest";
import { reachClasses, reachSeverity, resourceTypeOf } from "./reach";
import type { PermissionInput } from "./types";

const VAULT = "microsoft.keyvault/vaults";
const allow = (part: Partial<PermissionInput>): PermissionInput[] => [
  { actions: [], notActions: [], dataActions: [], notDataActions: [], ...part },
];

describe("what a role lets an identity do", () => {
  it.each([
    [
      "Key Vault Secrets User",
      allow({
        dataActions: [
          "Microsoft.KeyVault/vaults/secrets/getSecret/action",
          "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ],
      }),
      VAULT,
      ["secrets"],
    ],
    [
      "Storage Blob Data Reader",
      allow({
        actions: [
          "Microsoft.Storage/storageAccounts/blobServices/containers/read",
          "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
        ],
        dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
      }),
      "microsoft.storage/storageaccounts",
      ["blobs"],
    ],
    ["Reader", allow({ actions: ["*/read"] }), VAULT, ["read"]],
    ["a reader who may open support cases", allow({ actions: ["*/read", "Microsoft.Support/*"] }), VAULT, ["read"]],
    [
      "a reader of logs who may export them",
      allow({ actions: ["*/read"], dataActions: ["Microsoft.OperationalInsights/workspaces/jobs/export/action"] }),
      "microsoft.operationalinsights/workspaces",
      ["logs"],
    ],
    ["a role that restarts", allow({ actions: ["Microsoft.Web/sites/restart/action"] }), "microsoft.web/sites", ["write"]],
    ["a role of nothing known", allow({ actions: ["Microsoft.Web/sites/backups"] }), "microsoft.web/sites", ["other"]],
    ["a role without anything", allow({}), VAULT, ["other"]],
  ])("%s", (_, permissions, type, classes) => {
    expect(reachClasses(permissions, type)).toEqual(classes);
  });

  it("adds that resources can be changed to what else a wide role gives", () => {
    const classes = reachClasses(allow({ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write"] }), null);
    expect(classes).toContain("write");
    expect(classes).toContain("machineControl");
    expect(classes).not.toContain("assignRoles");
    expect(classes).not.toContain("secrets");
  });

  it("is graver at a subscription than at one resource", () => {
    expect(reachSeverity(["secrets"], "other")).toBe("high");
    expect(reachSeverity(["secrets"], "subscription")).toBe("critical");
    expect(reachSeverity(["blobs"], "other")).toBe("medium");
    expect(reachSeverity(["write"], "subscription")).toBe("critical");
    expect(reachSeverity(["read"], "subscription")).toBe("low");
  });

  it("reads the type of a resource from its id, and none above resources", () => {
    expect(resourceTypeOf("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv")).toBe(VAULT);
    expect(resourceTypeOf("/subscriptions/s/resourceGroups/g")).toBeNull();
    expect(resourceTypeOf("/providers/Microsoft.Management/managementGroups/corp")).toBeNull();
  });
});
