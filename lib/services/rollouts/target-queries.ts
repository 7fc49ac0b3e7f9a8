import "server-only";
import { kqlText } from "@/lib/azure/kql";
import { LINUX_SIGN_IN_TYPE, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";

/** Queries over the machines of a roll-out. What an operator gave enters only as quoted text. */

/** The retired Linux extension, which stands in the way of the present one. */
const OLD_LINUX_TYPE = "AADLoginForLinux";

const MACHINES = "resources\n| where type =~ 'microsoft.hybridcompute/machines'";
const EXTENSIONS = `resources
| where type =~ 'microsoft.hybridcompute/machines/extensions'
| where properties.type in~ ('${WINDOWS_SIGN_IN_TYPE}', '${LINUX_SIGN_IN_TYPE}', '${OLD_LINUX_TYPE}')`;

const packed = (names: readonly string[]) =>
  `properties = bag_pack(${names.map((name) => `'${name}', properties.${name}`).join(", ")})`;

/** What the checks of a roll-out look at; the whole of `properties` would be ten times as much for 10,000 machines. */
const MACHINE_FIELDS = packed([
  "status",
  "lastStatusChange",
  "agentVersion",
  "osType",
  "osName",
  "osSku",
  "osVersion",
  "osEdition",
  "domainName",
  "osProfile",
  "agentConfiguration",
  "errorDetails",
  "cloudMetadata",
  "detectedProperties",
]);
const EXTENSION_FIELDS = packed([
  "publisher",
  "type",
  "typeHandlerVersion",
  "autoUpgradeMinorVersion",
  "enableAutomaticUpgrade",
  "provisioningState",
  "settings",
  "instanceView",
]);

const MACHINE_PROJECT = `| project id, name, location, kind, identity, ${MACHINE_FIELDS}\n| order by id asc`;
const EXTENSION_PROJECT = `| project id, name, location, ${EXTENSION_FIELDS}\n| order by id asc`;

const list = (values: readonly string[]) => values.map(kqlText).join(", ");
const inGroups = (groups: readonly string[] | null) => (groups === null ? "" : `\n| where resourceGroup in~ (${list(groups)})`);

/** Machines of the subscriptions asked, in some of their resource groups or in all of them. */
export function machinesQuery(groups: readonly string[] | null): string {
  return `${MACHINES}${inGroups(groups)}\n${MACHINE_PROJECT}`;
}

/** Sign-in extensions of both systems, the retired one too, in the same places. */
export function extensionsQuery(groups: readonly string[] | null): string {
  return `${EXTENSIONS}${inGroups(groups)}\n${EXTENSION_PROJECT}`;
}

/** Machines by id. */
export function machinesByIdQuery(ids: readonly string[]): string {
  return `${MACHINES}\n| where id in~ (${list(ids)})\n${MACHINE_PROJECT}`;
}

/** Extensions by their own ids, whatever their type. */
export function extensionsByIdQuery(ids: readonly string[]): string {
  const type = "resources\n| where type =~ 'microsoft.hybridcompute/machines/extensions'";
  return `${type}\n| where id in~ (${list(ids)})\n${EXTENSION_PROJECT}`;
}

/** Sign-in extensions of some machines. The parent's id is the first part of the extension's. */
export function extensionsOfQuery(machineIds: readonly string[]): string {
  return `${EXTENSIONS}\n| extend machineId = tostring(split(tolower(id), '/extensions/')[0])\n| where machineId in~ (${list(machineIds)})\n${EXTENSION_PROJECT}`;
}

export const COUNT_MACHINES_QUERY = `${MACHINES}\n| summarize machines = count() by subscriptionId`;

/** Only whether the agents are connected. */
export function connectedQuery(ids: readonly string[]): string {
  return `${MACHINES}\n| where id in~ (${list(ids)})\n| project id, status = tostring(properties.status)\n| order by id asc`;
}
