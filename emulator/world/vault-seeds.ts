import { IDENTITY_GROUP, PLATFORM_VAULT, PRODUCTION_VAULT, STORAGE_ACCOUNT, WORKSPACE } from "./access-catalogue.ts";
import { subscriptionIdOf } from "./places.ts";
import type { AzureResource, Cloud, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

/** Suffixes of service host names per cloud (cloud-endpoints of the reference data). */
export const VAULT_SUFFIXES: Record<Cloud, string> = {
  public: "vault.azure.net",
  usgov: "vault.usgovcloudapi.net",
  china: "vault.azure.cn",
};
const BLOB_SUFFIXES: Record<Cloud, string> = {
  public: "blob.core.windows.net",
  usgov: "blob.core.usgovcloudapi.net",
  china: "blob.core.chinacloudapi.cn",
};

/** Vaults, a storage account and a workspace that identities of machines may or may not read. */
export function accessResources(cloud: Cloud, location: string): AzureResource[] {
  const [production, platform] = [subscriptionIdOf("prodEu1"), subscriptionIdOf("platform")];
  const vault = (name: string, subscriptionId: string): AzureResource => ({
    subscriptionId,
    resourceGroup: IDENTITY_GROUP,
    type: "Microsoft.KeyVault/vaults",
    name,
    location,
    kind: null,
    sku: null,
    properties: {
      sku: { family: "A", name: "standard" },
      tenantId: CONTOSO_TENANT_ID,
      accessPolicies: [],
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      vaultUri: `https://${name}.${VAULT_SUFFIXES[cloud]}/`,
      provisioningState: "Succeeded",
      publicNetworkAccess: "Enabled",
    },
  });
  const place = { subscriptionId: production, resourceGroup: IDENTITY_GROUP, location };
  return [
    vault(PRODUCTION_VAULT, production),
    vault(PLATFORM_VAULT, platform),
    {
      ...place,
      type: "Microsoft.Storage/storageAccounts",
      name: STORAGE_ACCOUNT,
      kind: "StorageV2",
      sku: { name: "Standard_LRS", tier: "Standard" },
      properties: {
        provisioningState: "Succeeded",
        primaryEndpoints: { blob: `https://${STORAGE_ACCOUNT}.${BLOB_SUFFIXES[cloud]}/` },
        allowSharedKeyAccess: false,
      },
    },
    {
      ...place,
      type: "Microsoft.OperationalInsights/workspaces",
      name: WORKSPACE,
      kind: null,
      sku: null,
      properties: { provisioningState: "Succeeded", sku: { name: "PerGB2018" }, retentionInDays: 30 },
    },
  ];
}

/** Values are marks that a leak would show; they open nothing. */
export function vaultSecrets(): World["vaultSecrets"] {
  return new Map([
    [PRODUCTION_VAULT, new Map([["sql-connection", "local-azure-only-sql-connection"]])],
    [PLATFORM_VAULT, new Map([["agent-key", "local-azure-only-agent-key"]])],
  ]);
}
