import { customScript, failedWindowsSignIn } from "./extension-seeds.ts";
import {
  AGENT,
  ALL_NULL,
  CLONE_UUID_2,
  DOMAIN_JOINED,
  ENTRA_LOGIN,
  EXIT_51,
  MONITOR,
  OLD_AGENT,
  TPM_KEY,
  userAssigned,
  WRONG_TENANT,
} from "./machine-traits.ts";
import type { SpecialMachine } from "./special-machine.ts";

/** The same and further cases, one per machine, in fleets of more than 25. */
export const SINGLE_CASES: readonly SpecialMachine[] = [
  { name: "lon-null-0026", archetype: "server2019:recorded-all-null", subscription: "sandbox", overrides: ALL_NULL },
  { name: "fra-old-0027", archetype: "server2019:unsupported", subscription: "prodEu2" },
  { name: "fra-old-0028", archetype: "server2016:unsupported", subscription: "prodEu2" },
  { name: "fra-tpm-0029", archetype: "server2025:tpm", subscription: "prodEu2", overrides: TPM_KEY },
  {
    name: "fra-mon-0030",
    archetype: "server2025:monitor-mode",
    subscription: "prodEu2",
    overrides: { [`${AGENT}.configMode`]: "monitor" },
  },
  {
    name: "fra-allow-0031",
    archetype: "server2025:allow-list-without-sign-in",
    subscription: "prodEu2",
    overrides: { [`${AGENT}.extensionsAllowList`]: [MONITOR] },
  },
  {
    name: "fra-allow-0032",
    archetype: "server2025:allow-list-with-sign-in",
    subscription: "prodEu2",
    overrides: {
      [`${AGENT}.extensionsAllowList`]: [MONITOR, ENTRA_LOGIN],
      [`${AGENT}.proxyUrl`]: "http://proxy.contoso.example:8080",
    },
  },
  {
    name: "fra-block-0033",
    archetype: "server2025:block-list",
    subscription: "prodEu2",
    overrides: { [`${AGENT}.extensionsBlockList`]: [ENTRA_LOGIN] },
  },
  {
    name: "fra-off-0034",
    archetype: "server2025:extensions-disabled",
    subscription: "prodEu2",
    overrides: {
      [`${AGENT}.extensionsEnabled`]: "false",
      "properties.serviceStatuses.extensionService": { status: "stopped", startupType: "disabled" },
    },
  },
  { name: "lon-old-0035", archetype: "server2022:old-agent", subscription: "platform", overrides: OLD_AGENT, lowerCaseId: true },
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
  { name: "ams-dom-0045", archetype: "server2025:domain-joined", subscription: "prodEu1", overrides: DOMAIN_JOINED },
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
      ...OLD_AGENT,
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
    overrides: TPM_KEY,
  },
];
