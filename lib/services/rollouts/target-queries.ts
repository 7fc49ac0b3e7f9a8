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

const GROUP = 4;
const MACHINE = 8;
const EXTENSION = 10;
const distinct = (ids: readonly string[], segment: number) => [
  ...new Set(ids.map((id) => id.toLowerCase().split("/")[segment] ?? "")),
];

/**
 * Rows at the places that these ids name, by group and name: a thousand names are a tenth of the text of a thousand ids. A name
 * that stands in two groups may bring a row more than was asked for, so the reader looks rows up by id.
 */
function placesOf(ids: readonly string[]): string {
  return `${inGroups(distinct(ids, GROUP))}\n| where name in~ (${list(distinct(ids, MACHINE))})`;
}

/** Extensions at the places of these ids, whatever their type, perhaps more than those. */
export function extensionsAtQuery(ids: readonly string[]): string {
  const type = "resources\n| where type =~ 'microsoft.hybridcompute/machines/extensions'";
  const part = (segment: number) => `\n| where tostring(split(id, '/')[${segment}]) in~ (${list(distinct(ids, segment))})`;
  return `${type}${inGroups(distinct(ids, GROUP))}${part(EXTENSION)}${part(MACHINE)}\n${EXTENSION_PROJECT}`;
}

/** Machines at the places of these ids, perhaps more than those. */
export function machinesAtQuery(ids: readonly string[]): string {
  return `${MACHINES}${placesOf(ids)}\n${MACHINE_PROJECT}`;
}

/** Sign-in extensions of some machines. The parent's id is the first part of the extension's. */
export function extensionsOfQuery(machineIds: readonly string[]): string {
  return `${EXTENSIONS}\n| extend machineId = tostring(split(tolower(id), '/extensions/')[0])\n| where machineId in~ (${list(machineIds)})\n${EXTENSION_PROJECT}`;
}

export const COUNT_MACHINES_QUERY = `${MACHINES}\n| summarize machines = count() by subscriptionId`;

/** Only whether the agents are connected; perhaps of more machines than these. */
export function connectedQuery(ids: readonly string[]): string {
  return `${MACHINES}${placesOf(ids)}\n| project id, status = tostring(properties.status)\n| order by id asc`;
}
