/** Host names and token audiences of the three clouds, as local Azure checks them. Source: azure-apis.md section 8. */
export type CloudName = "public" | "usgov" | "china";

export type CloudFacts = {
  name: CloudName;
  arm: string;
  graph: string;
  /** Audiences that Azure Resource Manager of this cloud accepts, without trailing slash. */
  armAudiences: readonly string[];
  graphAudiences: readonly string[];
  /** Audience of the data plane of vaults. */
  vaultAudience: string;
  /** Issuer host of version 1 access tokens. */
  sts: string;
  /** Host that 401 challenges name. */
  challengeHost: string;
  graphChallengeHost: string;
  homeRegion: string;
};

export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
export const ARM_APP_ID = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

const CLOUDS: Record<CloudName, CloudFacts> = {
  public: {
    name: "public",
    arm: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    armAudiences: ["https://management.azure.com", "https://management.core.windows.net", ARM_APP_ID],
    graphAudiences: ["https://graph.microsoft.com", GRAPH_APP_ID],
    vaultAudience: "https://vault.azure.net",
    sts: "https://sts.windows.net",
    challengeHost: "https://login.windows.net",
    graphChallengeHost: "https://login.microsoftonline.com",
    homeRegion: "WESTEUROPE",
  },
  usgov: {
    name: "usgov",
    arm: "https://management.usgovcloudapi.net",
    graph: "https://graph.microsoft.us",
    armAudiences: ["https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"],
    graphAudiences: ["https://graph.microsoft.us", "https://dod-graph.microsoft.us"],
    vaultAudience: "https://vault.usgovcloudapi.net",
    sts: "https://sts.windows.net",
    challengeHost: "https://login.microsoftonline.us",
    graphChallengeHost: "https://login.microsoftonline.us",
    homeRegion: "USGOVVIRGINIA",
  },
  china: {
    name: "china",
    arm: "https://management.chinacloudapi.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    armAudiences: ["https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn"],
    graphAudiences: ["https://microsoftgraph.chinacloudapi.cn"],
    vaultAudience: "https://vault.azure.cn",
    sts: "https://sts.chinacloudapi.cn",
    challengeHost: "https://login.chinacloudapi.cn",
    graphChallengeHost: "https://login.partner.microsoftonline.cn",
    homeRegion: "CHINANORTH3",
  },
};

export function cloudFacts(name: CloudName): CloudFacts {
  return CLOUDS[name];
}

export function isCloudName(text: string): text is CloudName {
  return Object.hasOwn(CLOUDS, text);
}
