import { shownMachineId } from "./ids.ts";
import { imageOf } from "./os-images.ts";
import { applyOverrides, removePaths } from "./overrides.ts";
import { hashText, pick, stableGuid, stableUnit } from "./random.ts";
import { machineStateAt } from "./status.ts";
import { tenantOfSubscription } from "./tenancy.ts";
import type { Extension, MachineSpec, World } from "./types.ts";

export type RenderClock = { nowMs(): number };
export type Json = Record<string, unknown>;

export type MachineForm = {
  apiVersion?: string;
  /** A list item has no `resources` and no systemData, and another key order, as recorded. */
  list?: boolean;
};

const NEWEST = "9999-12-31";

/** Properties that older api-versions do not know (azure-apis.md 2.1 and the recordings of 2021 and 2023). */
const ADDED_IN: readonly (readonly [string, readonly string[]])[] = [
  ["2020-08-02", ["vmUuid", "osSku", "domainName", "adFqdn", "dnsFqdn"]],
  ["2021-05-20", ["detectedProperties"]],
  ["2022-03-10", ["agentConfiguration", "cloudMetadata", "osType", "serviceStatuses", "mssqlDiscovered"]],
  ["2023-10-03", ["licenseProfile", "networkProfile", "agentUpgrade"]],
  ["2024-07-10", ["osEdition", "osInstallDate"]],
  ["2025-01-13", ["identityKeyStore", "tpmEkCertificate"]],
];

/** Wire JSON of a machine at a moment. */
export function renderMachine(world: World, spec: MachineSpec, clock: RenderClock, form: MachineForm = {}): Json {
  const version = form.apiVersion ?? NEWEST;
  const id = shownMachineId(spec);
  const head = { id, name: spec.name, location: spec.location };
  const common = { tags: tagsOf(world, spec), identity: identityOf(world, spec) };
  const type = "Microsoft.HybridCompute/machines";
  const properties = propertiesOf(world, spec, clock.nowMs());
  const machine: Json =
    form.list === true
      ? { ...head, type, ...common, properties }
      : {
          ...head,
          ...common,
          type,
          ...(version >= "2024-07-10" ? { kind: "", systemData: systemDataOf(spec) } : {}),
          properties,
        };
  if (form.list !== true && version >= "2022-11-10") machine.resources = [];
  applyOverrides(machine, spec.overrides, spec.subscriptionId);
  for (const [since, keys] of ADDED_IN) if (version < since) removePaths(machine.properties as Json, keys);
  return machine;
}

const OWNERS = ["windows-platform", "sql-team", "linux-platform", "workplace", "network"] as const;

function tagsOf(world: World, spec: MachineSpec): Json {
  const group = world.subscriptions.find((sub) => sub.id === spec.subscriptionId)?.managementGroupId ?? "";
  const [site = "", service = ""] = spec.name.split("-");
  const environment = group.includes("non-production") ? "test" : "production";
  return { site, service, environment, owner: pick(OWNERS, stableUnit(world.seed, `owner:${spec.resourceGroup}`)) };
}

function identityOf(world: World, spec: MachineSpec): Json {
  const tenantId = tenantOfSubscription(world, spec.subscriptionId);
  if (spec.principalId === null) return { type: "None", tenantId };
  return { type: "SystemAssigned", principalId: spec.principalId, tenantId };
}

const CREATORS = ["olivia.operator@contoso.example", "10ca1a2e-0000-4000-8000-0000000000a2"] as const;

function systemDataOf(spec: MachineSpec): Json {
  const by = CREATORS[spec.index % 3 === 0 ? 0 : 1];
  const createdByType = spec.index % 3 === 0 ? "User" : "Application";
  const createdAt = wireTime(spec.createdAtMs, spec.index);
  return {
    createdBy: by,
    createdByType,
    createdAt,
    lastModifiedBy: by,
    lastModifiedByType: createdByType,
    lastModifiedAt: createdAt,
  };
}

const AGENT_VERSIONS = [
  "1.67.03512.3190",
  "1.66.03466.3076",
  "1.65.03401.2988",
  "1.61.03319.2737",
  "1.57.03187.2519",
  "1.52.02942.2217",
] as const;

const AGENT_ERROR = { code: "AZCM0026", message: "The agent cannot reach the identity service of the region.", target: "himds" };

export function computerNameOf(spec: MachineSpec): string {
  const image = imageOf(spec.archetype);
  return image.family === "windows" ? spec.name.toUpperCase() : spec.name;
}

function propertiesOf(world: World, spec: MachineSpec, nowMs: number): Json {
  const image = imageOf(spec.archetype);
  const state = machineStateAt(spec, nowMs);
  const unit = stableUnit(world.seed, `agent:${spec.name}`);
  const computerName = computerNameOf(spec);
  const joinedTo = spec.overrides["properties.domainName"];
  const domain = typeof joinedTo === "string" ? joinedTo : "WORKGROUP";
  const fqdn = domain === "WORKGROUP" ? computerName : `${computerName}.${domain}`;
  return {
    provisioningState: "Succeeded",
    agentVersion: pick(AGENT_VERSIONS, unit * unit),
    status: state.status,
    lastStatusChange: wireTime(state.changedAtMs, spec.index),
    errorDetails: spec.forcedStatus === "Error" ? [AGENT_ERROR] : [],
    displayName: spec.name,
    machineFqdn: fqdn,
    osName: image.family,
    osVersion: osVersionOf(image, unit),
    osType: image.family,
    osProfile: { computerName },
    vmId: vmIdOf(world, spec),
    vmUuid: stableGuid(world.seed, `uuid:${spec.name}`).toUpperCase(),
    clientPublicKey: publicKeyOf(world, spec),
    osSku: image.osSku,
    osEdition: image.osEdition,
    domainName: domain,
    adFqdn: fqdn,
    dnsFqdn: fqdn,
    mssqlDiscovered: String(spec.name.includes("-sql-")),
    cloudMetadata: { provider: "N/A" },
    detectedProperties: detectedOf(spec, image.productType, unit),
    agentConfiguration: agentConfiguration(),
    serviceStatuses: serviceStatuses(),
    agentUpgrade: { enableAutomaticUpgrade: spec.index % 4 === 0 },
    networkProfile: networkOf(spec),
    licenseProfile: {
      esuProfile: {
        licenseAssignmentState: "NotAssigned",
        serverType: "Unknown",
        esuEligibility: "Ineligible",
        esuKeyState: "Inactive",
        esuKeys: [],
      },
    },
    identityKeyStore: "Default",
    osInstallDate: `${new Date(spec.createdAtMs - 86_400_000).toISOString().slice(0, 19)}+00:00`,
  };
}

function osVersionOf(image: ReturnType<typeof imageOf>, unit: number): string {
  return `${image.osVersion}${image.family === "linux" ? "-" : "."}${pick(image.revisions, unit)}`;
}

export function vmIdOf(world: World, spec: MachineSpec): string {
  return stableGuid(world.seed, `vm:${spec.name}:${spec.createdAtMs}`);
}

/** Looks like a PKCS#1 key of 2,048 bits; nobody verifies it. */
const KEY_BODY = "u5Jr2kQ8vN0sYb7tLw3eXzC4mHfGaDpRqTjUiKoE1yPxVnZ9cS6".repeat(6);

function publicKeyOf(world: World, spec: MachineSpec): string {
  return `MIIBCgKCAQEA${hashText(spec.name, world.seed).toString(36)}${KEY_BODY}`.slice(0, 354).concat("AQAB");
}

function detectedOf(spec: MachineSpec, productType: string | null, unit: number): Json {
  const cores = pick([2, 4, 8, 16], unit);
  const memory = cores * 4;
  return {
    cloudprovider: "N/A",
    coreCount: String(cores),
    logicalCoreCount: String(cores * 2),
    manufacturer: spec.index % 2 === 0 ? "Dell Inc." : "VMware, Inc.",
    model: spec.index % 2 === 0 ? "PowerEdge R660" : "VMware20,1",
    mssqldiscovered: String(spec.name.includes("-sql-")),
    processorCount: "1",
    ...(productType === null ? {} : { productType }),
    totalPhysicalMemoryInBytes: String(memory * 1_073_741_824),
    totalPhysicalMemoryInGigabytes: String(memory),
    tpm_Present: "true",
  };
}

function agentConfiguration(): Json {
  return {
    proxyUrl: "",
    incomingConnectionsPorts: [],
    extensionsAllowList: [],
    extensionsBlockList: [],
    proxyBypass: [],
    extensionsEnabled: "true",
    guestConfigurationEnabled: "true",
    configMode: "full",
  };
}

function serviceStatuses(): Json {
  return {
    extensionService: { status: "running", startupType: "automatic" },
    guestConfigurationService: { status: "running", startupType: "automatic" },
  };
}

function networkOf(spec: MachineSpec): Json {
  const address = `10.${(spec.index >> 16) & 255}.${(spec.index >> 8) & 255}.${spec.index & 255}`;
  const subnet = { addressPrefix: `${address.slice(0, address.lastIndexOf("."))}.0/24` };
  return { networkInterfaces: [{ ipAddresses: [{ address, ipAddressVersion: "IPv4", subnet }] }] };
}

/** ARM prints seven fraction digits; the last four belong to the salt so that the text is stable. */
export function wireTime(ms: number, salt = 0): string {
  const digits = String((salt * 7919 + 1313) % 10_000).padStart(4, "0");
  return new Date(ms).toISOString().replace("Z", `${digits}Z`);
}

export type ExtensionForm = { apiVersion?: string };

/** Wire JSON of an extension. protectedSettings never leave the service. */
export function renderExtension(spec: MachineSpec, extension: Extension, form: ExtensionForm = {}): Json {
  const view = extension.instanceView;
  const name = extension.name;
  const version = form.apiVersion ?? NEWEST;
  return {
    id: `${shownMachineId(spec)}/extensions/${name}`,
    name,
    type: "Microsoft.HybridCompute/machines/extensions",
    location: extension.location,
    ...(Object.keys(extension.tags).length > 0 ? { tags: extension.tags } : {}),
    properties: {
      publisher: extension.publisher,
      type: extension.type,
      typeHandlerVersion: extension.typeHandlerVersion,
      autoUpgradeMinorVersion: extension.autoUpgradeMinorVersion,
      ...(version >= "2022-03-10" ? { enableAutomaticUpgrade: extension.enableAutomaticUpgrade } : {}),
      settings: extension.settings,
      provisioningState: extension.provisioningState,
      ...(view === null ? {} : { instanceView: instanceViewOf(extension, view) }),
    },
  };
}

function instanceViewOf(extension: Extension, view: NonNullable<Extension["instanceView"]>): Json {
  const { code, level, message, time } = view;
  const status = { code, level, message, ...(time === null ? {} : { time }) };
  return { name: extension.name, type: extension.type, typeHandlerVersion: extension.typeHandlerVersion, status };
}

/** Resource Graph row of a machine: lower-case type and group, columns of the resources table. */
export function machineRow(world: World, spec: MachineSpec, clock: RenderClock): Json {
  const wire = renderMachine(world, spec, clock);
  return {
    ...rowHead(world, spec, wire.id as string, spec.name, "microsoft.hybridcompute/machines", spec.location),
    properties: wire.properties,
    tags: wire.tags,
    identity: wire.identity,
    systemData: wire.systemData,
  };
}

/** Resource Graph row of an extension. */
export function extensionRow(world: World, spec: MachineSpec, extension: Extension): Json {
  const wire = renderExtension(spec, extension);
  const type = "microsoft.hybridcompute/machines/extensions";
  return {
    ...rowHead(world, spec, wire.id as string, extension.name, type, extension.location),
    properties: wire.properties,
    tags: extension.tags,
    identity: null,
  };
}

function rowHead(world: World, spec: MachineSpec, id: string, name: string, type: string, location: string): Json {
  return {
    id,
    name,
    type,
    tenantId: tenantOfSubscription(world, spec.subscriptionId),
    kind: "",
    location,
    resourceGroup: spec.resourceGroup.toLowerCase(),
    subscriptionId: spec.subscriptionId,
    managedBy: "",
    sku: null,
    plan: null,
    zones: null,
    extendedLocation: null,
  };
}
