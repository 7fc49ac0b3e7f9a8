import { stableGuid } from "./random.ts";
import type { Cloud, ManagementGroup, Subscription, Tenant } from "./types.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "./types.ts";

export const SITES = ["ams", "fra", "dub", "lon", "nyc", "chi", "sea", "sin"] as const;
export type Site = (typeof SITES)[number];

const REGIONS: Record<Cloud, Record<Site, string>> = {
  public: {
    ams: "westeurope",
    fra: "germanywestcentral",
    dub: "northeurope",
    lon: "uksouth",
    nyc: "eastus",
    chi: "centralus",
    sea: "westus2",
    sin: "southeastasia",
  },
  usgov: {
    ams: "usgovvirginia",
    fra: "usgovvirginia",
    dub: "usgovvirginia",
    lon: "usgovarizona",
    nyc: "usgovvirginia",
    chi: "usgovtexas",
    sea: "usgovarizona",
    sin: "usgovtexas",
  },
  china: {
    ams: "chinaeast2",
    fra: "chinaeast2",
    dub: "chinanorth3",
    lon: "chinanorth3",
    nyc: "chinaeast2",
    chi: "chinanorth3",
    sea: "chinaeast2",
    sin: "chinanorth3",
  },
};

export function regionOf(cloud: Cloud, site: Site): string {
  return REGIONS[cloud][site];
}

export function regionsOf(cloud: Cloud): string[] {
  return [...new Set(Object.values(REGIONS[cloud]))].sort();
}

const REGION_NAMES: Record<string, string> = {
  westeurope: "West Europe",
  germanywestcentral: "Germany West Central",
  northeurope: "North Europe",
  uksouth: "UK South",
  eastus: "East US",
  centralus: "Central US",
  westus2: "West US 2",
  southeastasia: "Southeast Asia",
  usgovvirginia: "USGov Virginia",
  usgovarizona: "USGov Arizona",
  usgovtexas: "USGov Texas",
  chinaeast2: "China East 2",
  chinanorth3: "China North 3",
};

export function regionDisplayName(region: string): string {
  return REGION_NAMES[region] ?? region;
}

export const TENANTS: readonly Tenant[] = [
  { id: CONTOSO_TENANT_ID, displayName: "Contoso", defaultDomain: "contoso.example", countryCode: "NL" },
  { id: FABRIKAM_TENANT_ID, displayName: "Fabrikam", defaultDomain: "fabrikam.example", countryCode: "IE" },
];

export const GROUP_IDS = {
  contosoRoot: CONTOSO_TENANT_ID,
  platform: "contoso-platform",
  landingZones: "contoso-landing-zones",
  production: "contoso-production",
  nonProduction: "contoso-non-production",
  tier0: "contoso-tier0",
  fabrikamRoot: FABRIKAM_TENANT_ID,
} as const;

export function managementGroups(): ManagementGroup[] {
  const contoso = (id: string, displayName: string, parentId: string | null): ManagementGroup => ({
    id,
    tenantId: CONTOSO_TENANT_ID,
    displayName,
    parentId,
  });
  return [
    contoso(GROUP_IDS.contosoRoot, "Tenant Root Group", null),
    contoso(GROUP_IDS.platform, "Platform", GROUP_IDS.contosoRoot),
    contoso(GROUP_IDS.landingZones, "Landing zones", GROUP_IDS.contosoRoot),
    contoso(GROUP_IDS.production, "Production", GROUP_IDS.landingZones),
    contoso(GROUP_IDS.nonProduction, "Non-production", GROUP_IDS.landingZones),
    contoso(GROUP_IDS.tier0, "Tier 0", GROUP_IDS.contosoRoot),
    { id: GROUP_IDS.fabrikamRoot, tenantId: FABRIKAM_TENANT_ID, displayName: "Tenant Root Group", parentId: null },
  ];
}

export type SubscriptionKey =
  | "prodEu1"
  | "prodEu2"
  | "prodUs1"
  | "nonProd1"
  | "nonProd2"
  | "tier0"
  | "platform"
  | "sandbox"
  | "prodEu3"
  | "prodUs2"
  | "prodAp1"
  | "nonProd3"
  | "fabrikam1"
  | "fabrikam2";

type SubscriptionRow = { key: SubscriptionKey; name: string; group: string; tenantId: string; largeOnly: boolean };

const row = (key: SubscriptionKey, name: string, group: string, largeOnly = false): SubscriptionRow => ({
  key,
  name,
  group,
  tenantId: CONTOSO_TENANT_ID,
  largeOnly,
});

const SUBSCRIPTION_ROWS: readonly SubscriptionRow[] = [
  row("prodEu1", "Production EU 01", GROUP_IDS.production),
  row("prodEu2", "Production EU 02", GROUP_IDS.production),
  row("prodUs1", "Production US 01", GROUP_IDS.production),
  row("nonProd1", "Non-production 01", GROUP_IDS.nonProduction),
  row("nonProd2", "Non-production 02", GROUP_IDS.nonProduction),
  row("tier0", "Tier 0 identity", GROUP_IDS.tier0),
  row("platform", "Platform management", GROUP_IDS.platform),
  row("sandbox", "Sandbox", GROUP_IDS.landingZones),
  row("prodEu3", "Production EU 03", GROUP_IDS.production, true),
  row("prodUs2", "Production US 02", GROUP_IDS.production, true),
  row("prodAp1", "Production Asia 01", GROUP_IDS.production, true),
  row("nonProd3", "Non-production 03", GROUP_IDS.nonProduction, true),
  {
    key: "fabrikam1",
    name: "Fabrikam production",
    group: GROUP_IDS.fabrikamRoot,
    tenantId: FABRIKAM_TENANT_ID,
    largeOnly: false,
  },
  { key: "fabrikam2", name: "Fabrikam test", group: GROUP_IDS.fabrikamRoot, tenantId: FABRIKAM_TENANT_ID, largeOnly: false },
];

/** Fixed, so that bookmarks and tests survive another seed. */
export function subscriptionIdOf(key: SubscriptionKey): string {
  return stableGuid(1, `subscription:${key}`);
}

const LARGE_FLEET = 10_000;

/** Eight subscriptions in Contoso, twelve when the fleet is large, two in Fabrikam. */
export function subscriptions(machines: number): (Subscription & { key: SubscriptionKey })[] {
  return SUBSCRIPTION_ROWS.filter((entry) => !entry.largeOnly || machines >= LARGE_FLEET).map((entry) => ({
    key: entry.key,
    id: subscriptionIdOf(entry.key),
    tenantId: entry.tenantId,
    displayName: entry.name,
    state: "Enabled" as const,
    managementGroupId: entry.group,
  }));
}

/** ARM id of a management group. */
export function managementGroupScope(id: string): string {
  return `/providers/Microsoft.Management/managementGroups/${id}`;
}
