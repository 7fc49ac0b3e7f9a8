import { type Cloud, STORAGE_AUDIENCE } from "../clouds";
import { linuxScript, type ScriptArgs, windowsScript } from "./identity-script";

export const RECIPE_IDS = ["secrets", "certificates", "blobs", "logs", "own"] as const;
export type RecipeId = (typeof RECIPE_IDS)[number];

export type Recipe = {
  id: RecipeId;
  /** Role that grants it and nothing beyond; null = the operator chooses. */
  role: { id: string; name: string } | null;
  /** Resource type of the target in lower case; null = any scope. */
  resourceType: string | null;
};

/** Built-in roles by their fixed GUIDs. Source: Azure built-in roles, Security, Storage and Monitor. */
const RECIPES: Readonly<Record<RecipeId, Recipe>> = {
  secrets: {
    id: "secrets",
    role: { id: "4633458b-17de-408a-b874-0445c86b69e6", name: "Key Vault Secrets User" },
    resourceType: "microsoft.keyvault/vaults",
  },
  certificates: {
    id: "certificates",
    role: { id: "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", name: "Key Vault Certificate User" },
    resourceType: "microsoft.keyvault/vaults",
  },
  blobs: {
    id: "blobs",
    role: { id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", name: "Storage Blob Data Reader" },
    resourceType: "microsoft.storage/storageaccounts",
  },
  logs: {
    id: "logs",
    role: { id: "73c42c96-874c-492b-b04d-ab87d138a893", name: "Log Analytics Reader" },
    resourceType: "microsoft.operationalinsights/workspaces",
  },
  own: { id: "own", role: null, resourceType: null },
};

/** The recipe of an id. */
export function recipeOf(id: RecipeId): Recipe {
  return RECIPES[id];
}

const VAULT_API = "7.4";
const STORAGE_VERSION = "2021-08-06";
const PLACEHOLDER = { vault: "<vault>", account: "<account>", workspace: "<workspace id>" };

function nameOf(target: string, fallback: string): string {
  const name = target.split("/").at(-1) ?? "";
  return name === "" ? fallback : name;
}

/** What the check asks, per recipe: audience, address and headers; null for an own role, which nothing stands for. */
export function recipeRequest(id: RecipeId, cloud: Cloud, target: string): ScriptArgs | null {
  const vault = `https://${nameOf(target, PLACEHOLDER.vault)}.${cloud.keyVaultSuffix}`;
  if (id === "secrets") {
    return {
      audience: `https://${cloud.keyVaultSuffix}`,
      url: `${vault}/secrets/<secret>?api-version=${VAULT_API}`,
      headers: [],
    };
  }
  if (id === "certificates") {
    return {
      audience: `https://${cloud.keyVaultSuffix}`,
      url: `${vault}/certificates/<certificate>?api-version=${VAULT_API}`,
      headers: [],
    };
  }
  if (id === "blobs") {
    return {
      audience: STORAGE_AUDIENCE,
      url: `https://${nameOf(target, PLACEHOLDER.account)}.${cloud.blobSuffix}/<container>/<blob>`,
      headers: [`x-ms-version: ${STORAGE_VERSION}`],
    };
  }
  if (id === "logs") {
    return {
      audience: cloud.logAnalytics,
      url: `${cloud.logAnalytics}/v1/workspaces/${PLACEHOLDER.workspace}/query?query=Heartbeat%20%7C%20take%201`,
      headers: [],
    };
  }
  return null;
}

/** Scripts for the server that show whether the grant works; null for an own role. */
export function recipeScripts(id: RecipeId, cloud: Cloud, target: string): { windows: string; linux: string } | null {
  const request = recipeRequest(id, cloud, target);
  return request === null ? null : { windows: windowsScript(request), linux: linuxScript(request) };
}

/** Command that says whether the vault takes its permissions from Azure roles. Source: Azure RBAC for Key Vault. */
export function vaultModeCommand(cloud: Cloud, target: string): string {
  const name = nameOf(target, PLACEHOLDER.vault);
  return `az cloud set --name ${cloud.azCliName}\naz keyvault show --name ${name} --query properties.enableRbacAuthorization`;
}

/**
 * Settings of the Key Vault extension on an Arc-enabled server: certificates come and renew by the machine's identity. They hold
 * for version 3 and, on Windows Server 2022 and 2025, for version 4, which has no linkOnRenewal and no requireInitialSync.
 * Source: Key Vault virtual machine extension for Windows (May 2026) and for Linux, "Azure Arc-enabled VMs".
 */
export function keyVaultExtension(cloud: Cloud, target: string, osFamily: "windows" | "linux") {
  const url = `https://${nameOf(target, PLACEHOLDER.vault)}.${cloud.keyVaultSuffix}/secrets/<certificate>`;
  const certificate =
    osFamily === "windows"
      ? { url, certificateStoreName: "MY", certificateStoreLocation: "LocalMachine" }
      : { url, certificateStoreLocation: "/var/lib/waagent/Microsoft.Azure.KeyVault.Store" };
  return {
    publisher: "Microsoft.Azure.KeyVault",
    type: osFamily === "windows" ? "KeyVaultForWindows" : "KeyVaultForLinux",
    settings: {
      secretsManagementSettings: {
        pollingIntervalInS: "3600",
        ...(osFamily === "linux" ? { requireInitialSync: true } : {}),
        observedCertificates: [certificate],
      },
      authenticationSettings: { msiEndpoint: "http://localhost:40342/metadata/identity" },
    },
  };
}
