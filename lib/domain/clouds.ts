/**
 * The only place in the product with Azure host names. One row per cloud; everything that leaves the portal or is shown
 * to an operator takes its host from here.
 * Source: Microsoft's pages on national clouds and on Arc network requirements (docs/architecture.md, "Facts").
 */
export type CloudId = "public" | "usgov" | "china";

export type Cloud = {
  id: CloudId;
  label: string;
  /** Value of `azcmagent --cloud`. */
  azcmagentCloud: string;
  /** Value of `az cloud set --name`. */
  azCliName: string;
  /** Entra authority, no trailing slash. */
  authority: string;
  /** Azure Resource Manager, no trailing slash. */
  arm: string;
  /** Microsoft Graph, no trailing slash and no version. */
  graph: string;
  portal: string;
  keyVaultSuffix: string;
  blobSuffix: string;
  /**
   * Audience of tokens for Log Analytics queries, and their host. Source: az cloud and PSAzureEnvironment. In the public
   * cloud the pages now write api.loganalytics.azure.com for the host; this one goes on working.
   */
  logAnalytics: string;
  /** Hosts that a Windows server must reach on port 443 for Entra sign-in. */
  windowsLogin: { registration: string; login: string; deviceLogin: string; rbac: string; registrationResource: string };
  linuxLogin: { packages: string; login: string; rbac: string };
  /** Hosts of the Connected Machine agent, as the documentation writes them, remarks included. */
  arcAgentHosts: readonly string[];
  /** Values of this row that no public source proves. */
  unverified: readonly string[];
  notes: readonly string[];
};

/** Audience of tokens for storage, the same in every cloud. Source: Authorize with Microsoft Entra ID (REST). */
export const STORAGE_AUDIENCE = "https://storage.azure.com";

export const CLOUDS: readonly Cloud[] = [
  {
    id: "public",
    label: "Azure (public)",
    azcmagentCloud: "AzureCloud",
    azCliName: "AzureCloud",
    authority: "https://login.microsoftonline.com",
    arm: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    portal: "https://portal.azure.com",
    keyVaultSuffix: "vault.azure.net",
    blobSuffix: "blob.core.windows.net",
    logAnalytics: "https://api.loganalytics.io",
    windowsLogin: {
      registration: "https://enterpriseregistration.windows.net",
      login: "https://login.microsoftonline.com",
      deviceLogin: "https://device.login.microsoftonline.com",
      rbac: "https://pas.windows.net",
      registrationResource: "urn:ms-drs:enterpriseregistration.windows.net",
    },
    linuxLogin: {
      packages: "https://packages.microsoft.com",
      login: "https://login.microsoftonline.com",
      rbac: "https://pas.windows.net",
    },
    arcAgentHosts: [
      "download.microsoft.com (install)",
      "packages.microsoft.com (install)",
      "login.microsoftonline.com",
      "*.login.microsoft.com",
      "pas.windows.net",
      "management.azure.com (connect/disconnect)",
      "*.his.arc.azure.com",
      "*.guestconfiguration.azure.com",
      "guestnotificationservice.azure.com",
      "*.guestnotificationservice.azure.com",
      "azgn*.servicebus.windows.net",
      "*.servicebus.windows.net (SSH, Windows Admin Center)",
      "*.waconazure.com (Windows Admin Center)",
      "*.blob.core.windows.net (extension downloads, security-extensions page)",
    ],
    unverified: [],
    notes: [],
  },
  {
    id: "usgov",
    label: "Azure Government",
    azcmagentCloud: "AzureUSGovernment",
    azCliName: "AzureUSGovernment",
    authority: "https://login.microsoftonline.us",
    arm: "https://management.usgovcloudapi.net",
    graph: "https://graph.microsoft.us",
    portal: "https://portal.azure.us",
    keyVaultSuffix: "vault.usgovcloudapi.net",
    blobSuffix: "blob.core.usgovcloudapi.net",
    logAnalytics: "https://api.loganalytics.us",
    windowsLogin: {
      registration: "https://enterpriseregistration.microsoftonline.us",
      login: "https://login.microsoftonline.us",
      deviceLogin: "https://device.login.microsoftonline.us",
      rbac: "https://pasff.usgovcloudapi.net",
      registrationResource: "urn:ms-drs:enterpriseregistration.microsoftonline.us",
    },
    linuxLogin: {
      packages: "https://packages.microsoft.com",
      login: "https://login.microsoftonline.us",
      rbac: "https://pasff.usgovcloudapi.net",
    },
    arcAgentHosts: [
      "download.microsoft.com (install)",
      "packages.microsoft.com (install)",
      "login.microsoftonline.us",
      "pasff.usgovcloudapi.net",
      "management.usgovcloudapi.net (connect/disconnect)",
      "*.his.arc.azure.us",
      "*.guestconfiguration.azure.us",
      "*.blob.core.usgovcloudapi.net (extension downloads)",
    ],
    unverified: ["registrationResource (by analogy)", "deviceLogin is from the hybrid-join page, not from the Arc page"],
    notes: ["the table of the agent page lists no notification-service or service-bus hosts for this cloud"],
  },
  {
    id: "china",
    label: "Azure operated by 21Vianet",
    azcmagentCloud: "AzureChinaCloud",
    azCliName: "AzureChinaCloud",
    authority: "https://login.partner.microsoftonline.cn",
    arm: "https://management.chinacloudapi.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
    keyVaultSuffix: "vault.azure.cn",
    blobSuffix: "blob.core.chinacloudapi.cn",
    logAnalytics: "https://api.loganalytics.azure.cn",
    windowsLogin: {
      registration: "https://enterpriseregistration.partner.microsoftonline.cn",
      login: "https://login.chinacloudapi.cn",
      deviceLogin: "https://device.login.partner.microsoftonline.cn",
      rbac: "https://pas.chinacloudapi.cn",
      registrationResource: "urn:ms-drs:enterpriseregistration.partner.microsoftonline.cn",
    },
    linuxLogin: {
      packages: "https://packages.microsoft.com",
      login: "https://login.chinacloudapi.cn",
      rbac: "https://pas.chinacloudapi.cn",
    },
    arcAgentHosts: [
      "download.microsoft.com (install)",
      "packages.microsoft.com (install)",
      "login.chinacloudapi.cn",
      "login.partner.chinacloudapi.cn",
      "pas.chinacloudapi.cn",
      "management.chinacloudapi.cn (connect/disconnect)",
      "*.his.arc.azure.cn",
      "*.guestconfiguration.azure.cn",
      "guestnotificationservice.azure.cn",
      "*.guestnotificationservice.azure.cn",
      "azgn*.servicebus.chinacloudapi.cn",
      "*.servicebus.chinacloudapi.cn (SSH, Windows Admin Center)",
      "*.blob.core.chinacloudapi.cn (extension downloads)",
    ],
    unverified: [],
    notes: [
      "three spellings of the Entra host are in use: login.partner.microsoftonline.cn (identity platform page and troubleshooting part of the seed), login.chinacloudapi.cn (Graph page, network part of the seed), login.partner.chinacloudapi.cn (Arc agent table); allow all three and make the authority configurable",
    ],
  },
];

/** The row of one cloud. Throws only for an id outside the closed set, which the type excludes. */
export function cloudById(id: CloudId): Cloud {
  const cloud = CLOUDS.find((row) => row.id === id);
  if (cloud === undefined) throw new RangeError(`Unknown cloud ${id}`);
  return cloud;
}

/** The delegated scope for everything of Azure Resource Manager in this cloud. */
export function armScope(cloud: Cloud): string {
  return `${cloud.arm}/.default`;
}

/** The delegated scope for everything of Microsoft Graph in this cloud. */
export function graphScope(cloud: Cloud): string {
  return `${cloud.graph}/.default`;
}
