import { DAY_MS } from "./certificate.ts";
import { REMOVED } from "./overrides.ts";

/** Building blocks of the named machines: dotted paths into the wire JSON and their values. */
export const MINUTE_IN_DAYS = 60_000 / DAY_MS;
export const AGENT = "properties.agentConfiguration";
export const ENTRA_LOGIN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };
export const MONITOR = { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" };
export const WRONG_TENANT = "10ca1a2e-0000-4000-8000-0000000000ff";
export const CLONE_UUID = "C10E0001-0000-4000-8000-00000000C10E";
export const CLONE_UUID_2 = "C10E0002-0000-4000-8000-00000000C10E";
export const EXIT_51 = "Extension Message: The operating system is not supported. Extension exit code: 51";
export const TPM_KEY = {
  "properties.identityKeyStore": "TPM",
  "properties.tpmEkCertificate": "MIIEszCCA5ugAwIBAgIUb2NhbC1henVyZS1lay1zYW1wbGU=",
};
export const DOMAIN_JOINED = {
  "properties.domainName": "corp.contoso.example",
  "properties.detectedProperties.domainRole": "3",
};
export const userAssigned = (principal: string): Record<string, unknown> => ({
  "identity.type": "SystemAssigned, UserAssigned",
  "identity.userAssignedIdentities": {
    "/subscriptions/{subscriptionId}/resourceGroups/rg-identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-backup":
      {
        principalId: `10ca1a2e-5000-4000-8000-00000000000${principal}`,
        clientId: `10ca1a2e-5001-4000-8000-00000000000${principal}`,
      },
  },
});
export const OLD_AGENT = {
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
export const KEY_ONLY = Object.fromEntries(
  ["agentVersion", "lastStatusChange", "errorDetails", "displayName", "machineFqdn", "osVersion", "osType", "osEdition", "osSku"]
    .concat(["vmUuid", "domainName", "adFqdn", "dnsFqdn", "mssqlDiscovered", "cloudMetadata", "detectedProperties"])
    .concat(["agentConfiguration", "serviceStatuses", "agentUpgrade", "networkProfile", "licenseProfile", "identityKeyStore"])
    .map((key) => [`properties.${key}`, REMOVED]),
);
/** Shape of two recorded items of 2019: nearly every value is null. */
export const ALL_NULL = {
  ...KEY_ONLY,
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
