import { readFileSync } from "node:fs";
import { DAY_MS } from "./certificate.ts";
import {
  creatingWindowsSignIn,
  customScript,
  failedWindowsSignIn,
  INTUNE_MDM_ID,
  linuxSignIn,
  monitorAgent,
  windowsSignIn,
} from "./extension-seeds.ts";
import type { SubscriptionKey } from "./places.ts";
import type { Extension } from "./types.ts";

/** Marks a wire property that a record does not have; stands as value in overrides. */
export const REMOVED = { $remove: true } as const;

/**
 * The machines that stand for one case each, in the order in which they fill a small fleet. Their names are fixed.
 * Ages are days before the moment the world is made; `certificateDaysLeft` counts from there.
 */
export type SpecialMachine = {
  name: string;
  /** Operating system and case, for example "server2025:ready". */
  archetype: string;
  subscription: SubscriptionKey;
  offlineDays?: number;
  certificateDaysLeft?: number;
  /** Days since renewals fail although the agent is connected. */
  renewalStuckDays?: number;
  status?: string;
  identityOff?: boolean;
  registrationBlocked?: boolean;
  /** Dotted paths into the wire JSON. */
  overrides?: Record<string, unknown>;
  extensions?: (location: string) => Extension[];
  /** Host name that another device object of the tenant already has. */
  deviceClash?: boolean;
  /** Old records name the segments of their id in lower case. */
  lowerCaseId?: boolean;
};

const MINUTE_IN_DAYS = 60_000 / DAY_MS;
const agent = "properties.agentConfiguration";
const ENTRA_LOGIN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };
const MONITOR = { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" };
const WRONG_TENANT = "10ca1a2e-0000-4000-8000-0000000000ff";
const CLONE_UUID = "C10E0001-0000-4000-8000-00000000C10E";
const CLONE_UUID_2 = "C10E0002-0000-4000-8000-00000000C10E";
const EXIT_51 = "Extension Message: The operating system is not supported. Extension exit code: 51";
const tpm = {
  "properties.identityKeyStore": "TPM",
  "properties.tpmEkCertificate": "MIIEszCCA5ugAwIBAgIUb2NhbC1henVyZS1lay1zYW1wbGU=",
};
const joined = {
  "properties.domainName": "corp.contoso.example",
  "properties.detectedProperties.domainRole": "3",
};
const userAssigned = (principal: string): Record<string, unknown> => ({
  "identity.type": "SystemAssigned, UserAssigned",
  "identity.userAssignedIdentities": {
    "/subscriptions/{subscriptionId}/resourceGroups/rg-identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-backup":
      {
        principalId: `10ca1a2e-5000-4000-8000-00000000000${principal}`,
        clientId: `10ca1a2e-5001-4000-8000-00000000000${principal}`,
      },
  },
});
const oldAgent = {
  "properties.agentConfiguration": {},
  "properties.agentVersion": "1.13.21320.014",
  "properties.osType": REMOVED,
  "properties.osEdition": REMOVED,
  "properties.serviceStatuses": REMOVED,
  "properties.agentUpgrade": REMOVED,
  "properties.licenseProfile": REMOVED,
  "properties.networkProfile": REMOVED,
  "properties.cloudMetadata": REMOVED,
};
/** Shape of 78 recorded items: a machine that the service knows only by its key. */
const keyOnly = Object.fromEntries(
  ["agentVersion", "lastStatusChange", "errorDetails", "displayName", "machineFqdn", "osVersion", "osType", "osEdition", "osSku"]
    .concat(["vmUuid", "domainName", "adFqdn", "dnsFqdn", "mssqlDiscovered", "cloudMetadata", "detectedProperties"])
    .concat(["agentConfiguration", "serviceStatuses", "agentUpgrade", "networkProfile", "licenseProfile", "identityKeyStore"])
    .map((key) => [`properties.${key}`, REMOVED]),
);
/** Shape of two recorded items of 2019: nearly every value is null. */
const allNull = {
  ...keyOnly,
  ...Object.fromEntries(
    ["agentVersion", "status", "lastStatusChange", "errorDetails", "machineFqdn", "osName", "osVersion"].map((key) => [
      `properties.${key}`,
      null,
    ]),
  ),
  "properties.osProfile": { computerName: null },
  "properties.physicalLocation": "",
};

/** Every case of the catalogue once, some machines carrying two that do not touch each other. */
const SMALL_FLEET: readonly SpecialMachine[] = [
  { name: "ams-app-0001", archetype: "server2025:ready", subscription: "prodEu1" },
  {
    name: "ams-app-0002",
    archetype: "server2025:deployed-tpm",
    subscription: "prodEu1",
    overrides: tpm,
    extensions: (at) => [windowsSignIn(at), monitorAgent(at, "windows")],
  },
  {
    name: "ams-rdp-0003",
    archetype: "server2025:deployed-no-mdmid",
    subscription: "prodEu1",
    extensions: (at) => [windowsSignIn(at, {})],
  },
  {
    name: "ams-mdm-0004",
    archetype: "server2025:deployed-intune",
    subscription: "prodEu1",
    extensions: (at) => [windowsSignIn(at, { mdmId: INTUNE_MDM_ID })],
  },
  {
    name: "ams-w11-0005",
    archetype: "win1124h2:duplicate-host-allow-list",
    subscription: "nonProd1",
    deviceClash: true,
    overrides: { [`${agent}.extensionsAllowList`]: [ENTRA_LOGIN, MONITOR] },
  },
  { name: "lon-workstation-0006", archetype: "win1125h2:ready-long-name", subscription: "nonProd1" },
  {
    name: "fra-sql-0007",
    archetype: "server2022:unsupported",
    subscription: "prodEu2",
    extensions: (at) => [monitorAgent(at, "windows")],
  },
  { name: "dub-app-0008", archetype: "server2025:offline-20-minutes", subscription: "prodEu2", offlineDays: 20 * MINUTE_IN_DAYS },
  {
    name: "fra-old-0009",
    archetype: "server2016:old-agent-error-wrong-tenant",
    subscription: "prodEu2",
    status: "Error",
    lowerCaseId: true,
    overrides: {
      ...oldAgent,
      "identity.tenantId": WRONG_TENANT,
      "properties.errorDetails": [
        { code: "AZCM0081", message: "The certificate of the managed identity could not be downloaded.", target: "himds" },
      ],
    },
  },
  { name: "fra-core-0010", archetype: "server2025core:server-core", subscription: "prodEu2" },
  { name: "ams-lnx-0011", archetype: "ubuntu2404:deployed", subscription: "prodEu1", extensions: (at) => [linuxSignIn(at)] },
  {
    name: "ams-lnx-0012",
    archetype: "rhel9:paused-block-list",
    subscription: "prodEu1",
    status: "Paused",
    overrides: {
      [`${agent}.extensionsBlockList`]: [{ publisher: "Microsoft.Azure.ActiveDirectory", type: "AADSSHLoginForLinux" }],
      [`${agent}.incomingConnectionsPorts`]: ["22"],
    },
  },
  {
    name: "ams-dc-0013",
    archetype: "server2025:domain-joined-tier0-allow-list",
    subscription: "tier0",
    overrides: { ...joined, "tags.tier": "0", "tags.role": "domain-controller", [`${agent}.extensionsAllowList`]: [MONITOR] },
  },
  { name: "ams-noid-0014", archetype: "server2025:no-identity", subscription: "nonProd1", identityOff: true },
  { name: "ams-net-0015", archetype: "server2025:blocked-endpoint", subscription: "nonProd1", registrationBlocked: true },
  {
    name: "dub-app-0016",
    archetype: "server2025:offline-10-days",
    subscription: "prodEu2",
    offlineDays: 10,
    certificateDaysLeft: 60,
    extensions: (at) => [creatingWindowsSignIn(at)],
  },
  {
    name: "dub-app-0017",
    archetype: "server2025:offline-50-days",
    subscription: "prodEu2",
    offlineDays: 50,
    certificateDaysLeft: 30,
  },
  {
    name: "dub-old-0018",
    archetype: "server2019:offline-70-days-extensions-disabled",
    subscription: "nonProd2",
    offlineDays: 70,
    certificateDaysLeft: 18,
    overrides: {
      [`${agent}.extensionsEnabled`]: "false",
      "properties.serviceStatuses.extensionService": { status: "stopped", startupType: "disabled" },
    },
  },
  {
    name: "dub-crit-0019",
    archetype: "server2025:offline-89-days-critical",
    subscription: "prodUs1",
    offlineDays: 89,
    certificateDaysLeft: 0.5,
  },
  {
    name: "dub-exp-0020",
    archetype: "server2025:expired-clone",
    subscription: "prodUs1",
    offlineDays: 100,
    certificateDaysLeft: -12,
    overrides: { "properties.vmUuid": CLONE_UUID, "properties.statusReason": "Cloned" },
  },
  {
    name: "dub-exp-0021",
    archetype: "server2025:disconnected-but-over-clone",
    subscription: "prodUs1",
    offlineDays: 92,
    certificateDaysLeft: -3,
    status: "Disconnected",
    overrides: { "properties.vmUuid": CLONE_UUID, "properties.statusReason": "Cloned" },
  },
  {
    name: "dub-exp-0022",
    archetype: "server2022:expired-but-valid-monitor-mode",
    subscription: "prodUs1",
    offlineDays: 60,
    certificateDaysLeft: 9,
    status: "Expired",
    overrides: { [`${agent}.configMode`]: "monitor", [`${agent}.extensionsAllowList`]: [MONITOR] },
  },
  {
    name: "lon-ren-0023",
    archetype: "server2025:renewal-window-user-assigned",
    subscription: "platform",
    renewalStuckDays: 0.4,
    certificateDaysLeft: 44.6,
    overrides: userAssigned("1"),
  },
  {
    name: "lon-ren-0024",
    archetype: "server2025:renewal-stuck",
    subscription: "platform",
    renewalStuckDays: 5,
    certificateDaysLeft: 40,
  },
  {
    name: "lon-new-0025",
    archetype: "server2025:awaiting-key-only-record",
    subscription: "sandbox",
    status: "AwaitingConnection",
    overrides: keyOnly,
  },
];

/** The same and further cases, one per machine, in fleets of more than 25. */
const SINGLE_CASES: readonly SpecialMachine[] = [
  { name: "lon-null-0026", archetype: "server2019:recorded-all-null", subscription: "sandbox", overrides: allNull },
  { name: "fra-old-0027", archetype: "server2019:unsupported", subscription: "prodEu2" },
  { name: "fra-old-0028", archetype: "server2016:unsupported", subscription: "prodEu2" },
  { name: "fra-tpm-0029", archetype: "server2025:tpm", subscription: "prodEu2", overrides: tpm },
  {
    name: "fra-mon-0030",
    archetype: "server2025:monitor-mode",
    subscription: "prodEu2",
    overrides: { [`${agent}.configMode`]: "monitor" },
  },
  {
    name: "fra-allow-0031",
    archetype: "server2025:allow-list-without-sign-in",
    subscription: "prodEu2",
    overrides: { [`${agent}.extensionsAllowList`]: [MONITOR] },
  },
  {
    name: "fra-allow-0032",
    archetype: "server2025:allow-list-with-sign-in",
    subscription: "prodEu2",
    overrides: {
      [`${agent}.extensionsAllowList`]: [MONITOR, ENTRA_LOGIN],
      [`${agent}.proxyUrl`]: "http://proxy.contoso.example:8080",
    },
  },
  {
    name: "fra-block-0033",
    archetype: "server2025:block-list",
    subscription: "prodEu2",
    overrides: { [`${agent}.extensionsBlockList`]: [ENTRA_LOGIN] },
  },
  {
    name: "fra-off-0034",
    archetype: "server2025:extensions-disabled",
    subscription: "prodEu2",
    overrides: {
      [`${agent}.extensionsEnabled`]: "false",
      "properties.serviceStatuses.extensionService": { status: "stopped", startupType: "disabled" },
    },
  },
  { name: "lon-old-0035", archetype: "server2022:old-agent", subscription: "platform", overrides: oldAgent, lowerCaseId: true },
  { name: "lon-new-0036", archetype: "server2025:awaiting", subscription: "sandbox", status: "AwaitingConnection" },
  {
    name: "lon-err-0037",
    archetype: "server2025:error",
    subscription: "platform",
    status: "Error",
    overrides: {
      "properties.errorDetails": [
        { code: "AZCM0026", message: "The agent cannot reach the identity service of the region.", target: "himds" },
      ],
    },
  },
  {
    name: "lon-clone-0038",
    archetype: "server2025:clone",
    subscription: "platform",
    overrides: { "properties.vmUuid": CLONE_UUID_2, "properties.statusReason": "Cloned" },
  },
  {
    name: "lon-clone-0039",
    archetype: "server2025:clone",
    subscription: "platform",
    overrides: { "properties.vmUuid": CLONE_UUID_2, "properties.statusReason": "Cloned" },
  },
  {
    name: "ams-pki-0040",
    archetype: "server2025:tier0",
    subscription: "tier0",
    overrides: { "tags.tier": "0", "tags.role": "certificate-authority" },
  },
  { name: "ams-uai-0041", archetype: "server2025:user-assigned", subscription: "prodEu1", overrides: userAssigned("2") },
  { name: "ams-dup-0042", archetype: "server2025:duplicate-host", subscription: "prodEu1", deviceClash: true },
  { name: "ams-very-long-name-0043", archetype: "server2025:long-name", subscription: "prodEu1" },
  {
    name: "ams-wrt-0044",
    archetype: "server2025:wrong-tenant",
    subscription: "prodEu1",
    overrides: { "identity.tenantId": WRONG_TENANT },
  },
  { name: "ams-dom-0045", archetype: "server2025:domain-joined", subscription: "prodEu1", overrides: joined },
  { name: "ams-w11-0046", archetype: "win1124h2:ready", subscription: "nonProd1" },
  {
    name: "fra-f51-0047",
    archetype: "server2022:failed-51",
    subscription: "prodEu2",
    extensions: (at) => [failedWindowsSignIn(at, 51, EXIT_51), customScript(at)],
  },
  {
    name: "fra-2012-0048",
    archetype: "server2012r2:recorded-2021",
    subscription: "prodEu2",
    offlineDays: 120,
    certificateDaysLeft: -40,
    lowerCaseId: true,
    overrides: {
      ...oldAgent,
      "properties.agentVersion": "0.8.20136.003",
      "properties.lastStatusChange": "2020-08-12T22:09:05.4411136",
      "properties.vmUuid": "unknown",
    },
  },
  { name: "fra-pau-0049", archetype: "server2025:unknown-status", subscription: "prodEu2", status: "Paused" },
  {
    name: "dub-exp-0050",
    archetype: "server2025:expired",
    subscription: "prodUs1",
    offlineDays: 95,
    certificateDaysLeft: -8,
    overrides: tpm,
  },
];

type RecordedKey = "amazonLinux2021" | "expiredSuse2021" | "keyOnly2021" | "server2016Of2019" | "windows11Of2023";
type RecordedFile = { machines: Record<RecordedKey, Record<string, unknown>> };
const recorded = (JSON.parse(readFileSync(new URL("./data/recorded-machines.json", import.meta.url), "utf8")) as RecordedFile)
  .machines;

/** Properties word for word from recordings, odd as they are: no time zone, unknown hardware, missing fields. */
const RECORDED: readonly SpecialMachine[] = [
  {
    name: "lon-rec-0051",
    archetype: "ubuntu2204:recorded-2021-amazon",
    subscription: "sandbox",
    overrides: { properties: recorded.amazonLinux2021 },
    ...long(220),
  },
  {
    name: "lon-rec-0052",
    archetype: "sles15:recorded-2021-expired",
    subscription: "sandbox",
    overrides: { properties: recorded.expiredSuse2021 },
    ...long(300),
  },
  {
    name: "lon-rec-0053",
    archetype: "server2022:recorded-2021-key-only",
    subscription: "sandbox",
    overrides: { properties: recorded.keyOnly2021 },
  },
  {
    name: "lon-rec-0054",
    archetype: "server2016:recorded-2019",
    subscription: "sandbox",
    overrides: { properties: recorded.server2016Of2019 },
    ...long(400),
  },
  {
    name: "lon-rec-0055",
    archetype: "win1122h2:recorded-2023",
    subscription: "sandbox",
    overrides: { properties: recorded.windows11Of2023 },
    ...long(30),
  },
];

/** Silent for so many days, with a certificate that was 20 days old when the silence began. */
function long(offlineDays: number): { offlineDays: number; certificateDaysLeft: number } {
  return { offlineDays, certificateDaysLeft: 70 - offlineDays };
}

export const SPECIAL_MACHINES: readonly SpecialMachine[] = [...SMALL_FLEET, ...SINGLE_CASES, ...RECORDED];
export const SMALLEST_FLEET = SMALL_FLEET.length;
