import "server-only";
import { z } from "zod";
import type { AgentConfiguration, ExtensionRef, Machine, MachineIdentity } from "@/lib/domain/machine";
import { parseMachineId } from "@/lib/domain/machine";
import { toBoolean, toIdentityKind, toMachineStatus, toOsFamily, toText } from "@/lib/domain/machine-mapping";

/**
 * The machine as Azure Resource Manager sends it. Every part may be missing or of another type than documented: an odd value
 * becomes null and the rest of the machine stays readable. Only an id that names a machine is demanded.
 */
const bag = z.record(z.string(), z.unknown()).nullish().catch(null);
const list = z.array(z.unknown()).nullish().catch(null);

const machineWireSchema = z.looseObject({
  id: z.string(),
  name: z.unknown().optional(),
  location: z.unknown().optional(),
  kind: z.unknown().optional(),
  tags: bag,
  identity: bag,
  systemData: bag,
  properties: bag,
});

type Bag = Record<string, unknown>;

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bagOf(value: unknown): Bag {
  return isBag(value) ? value : {};
}

function listOf(value: unknown): unknown[] {
  return list.parse(value) ?? [];
}

/** Text values only; numbers and booleans become text, because agents disagree about the types of facts. */
function textMap(value: unknown): Record<string, string> {
  const entries = Object.entries(bagOf(value)).flatMap(([key, entry]) =>
    typeof entry === "string" || typeof entry === "number" || typeof entry === "boolean" ? [[key, String(entry)] as const] : [],
  );
  return Object.fromEntries(entries);
}

function isoTime(value: unknown): string | null {
  const text = toText(value);
  if (text === null) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function toExtensionRefs(value: unknown): ExtensionRef[] {
  return listOf(value)
    .map(bagOf)
    .map((row) => ({ publisher: toText(row.publisher) ?? "", type: toText(row.type) ?? "" }))
    .filter((ref) => ref.publisher !== "" || ref.type !== "");
}

function texts(value: unknown): string[] {
  return listOf(value).flatMap((entry) => (typeof entry === "string" || typeof entry === "number" ? [String(entry)] : []));
}

/** Null when the agent reports nothing, which old agents do by an empty object. */
function toAgentConfiguration(value: unknown): AgentConfiguration | null {
  const wire = bagOf(value);
  if (Object.keys(wire).length === 0) return null;
  return {
    configMode: toText(wire.configMode),
    extensionsEnabled: toBoolean(wire.extensionsEnabled),
    guestConfigurationEnabled: toBoolean(wire.guestConfigurationEnabled),
    extensionsAllowList: toExtensionRefs(wire.extensionsAllowList),
    extensionsBlockList: toExtensionRefs(wire.extensionsBlockList),
    incomingConnectionsPorts: texts(wire.incomingConnectionsPorts),
    proxyUrl: toText(wire.proxyUrl),
    proxyBypass: texts(wire.proxyBypass),
  };
}

function toIdentity(value: unknown): MachineIdentity {
  const wire = bagOf(value);
  const raw = toText(wire.type) ?? "";
  return {
    kind: toIdentityKind(raw),
    raw: raw === "" ? "None" : raw,
    principalId: toText(wire.principalId),
    tenantId: toText(wire.tenantId),
    userAssigned: Object.entries(bagOf(wire.userAssignedIdentities)).map(([id, entry]) => ({
      id,
      principalId: toText(bagOf(entry).principalId),
      clientId: toText(bagOf(entry).clientId),
    })),
  };
}

function toServiceStatuses(value: unknown): Machine["serviceStatuses"] {
  const entries = Object.entries(bagOf(value)).flatMap(([name, entry]) => {
    const row = bagOf(entry);
    const status = toText(row.status);
    return status === null ? [] : [[name, { status, startupType: toText(row.startupType) ?? "" }] as const];
  });
  return Object.fromEntries(entries);
}

function errorDetails(value: unknown): Machine["errorDetails"] {
  return listOf(value)
    .map(bagOf)
    .map((row) => ({ code: toText(row.code) ?? "", message: toText(row.message) ?? "" }))
    .filter((row) => row.code !== "" || row.message !== "");
}

function operatingSystem(properties: Bag): Pick<Machine, "osFamily" | "osName" | "osSku" | "osVersion" | "osEdition"> {
  const osName = toText(properties.osName);
  const osSku = toText(properties.osSku);
  return {
    osFamily: toOsFamily({ osType: toText(properties.osType), osName, osSku }),
    osName,
    osSku,
    osVersion: toText(properties.osVersion),
    osEdition: toText(properties.osEdition),
  };
}

function creation(systemData: unknown): Pick<Machine, "createdBy" | "createdByType" | "createdAt"> {
  const wire = bagOf(systemData);
  return { createdBy: toText(wire.createdBy), createdByType: toText(wire.createdByType), createdAt: isoTime(wire.createdAt) };
}

/**
 * A machine of Microsoft.HybridCompute as the portal's own type; null when the object is not one. Times become ISO 8601 in
 * UTC, string booleans become booleans, an unknown status is kept in `statusRaw`.
 * Source: HybridCompute REST description 2025-01-13 and recorded answers.
 */
export function toMachine(raw: unknown): Machine | null {
  const wire = machineWireSchema.safeParse(raw);
  const ref = wire.success ? parseMachineId(wire.data.id) : null;
  if (!wire.success || ref === null) return null;
  const p = bagOf(wire.data.properties);
  return {
    id: wire.data.id,
    name: toText(wire.data.name) ?? ref.name,
    subscriptionId: ref.subscriptionId,
    resourceGroup: ref.resourceGroup,
    location: toText(wire.data.location) ?? "",
    kind: toText(wire.data.kind),
    tags: textMap(wire.data.tags),
    status: toMachineStatus(toText(p.status)),
    statusRaw: toText(p.status) ?? "",
    statusReason: toText(p.statusReason),
    lastStatusChangeAt: isoTime(p.lastStatusChange),
    errorDetails: errorDetails(p.errorDetails),
    provisioningState: toText(p.provisioningState),
    agentVersion: toText(p.agentVersion),
    agentAutomaticUpgrade: toBoolean(bagOf(p.agentUpgrade).enableAutomaticUpgrade),
    displayName: toText(p.displayName),
    computerName: toText(bagOf(p.osProfile).computerName),
    machineFqdn: toText(p.machineFqdn),
    dnsFqdn: toText(p.dnsFqdn),
    adFqdn: toText(p.adFqdn),
    domainName: toText(p.domainName),
    vmId: toText(p.vmId),
    vmUuid: toText(p.vmUuid),
    ...operatingSystem(p),
    identity: toIdentity(wire.data.identity),
    identityKeyStore: toText(p.identityKeyStore),
    agentConfiguration: toAgentConfiguration(p.agentConfiguration),
    serviceStatuses: toServiceStatuses(p.serviceStatuses),
    cloudProvider: toText(bagOf(p.cloudMetadata).provider),
    detectedProperties: textMap(p.detectedProperties),
    privateLinkScopeId: toText(p.privateLinkScopeResourceId),
    parentClusterId: toText(p.parentClusterResourceId),
    ...creation(wire.data.systemData),
  };
}
