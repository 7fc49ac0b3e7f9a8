import "server-only";
import type { CertificateStateId } from "@/lib/domain/certificate";
import { decodeFailure } from "@/lib/domain/extension-failure";
import type { FleetTextColumn } from "@/lib/domain/fleet-wire";
import { joinState } from "@/lib/domain/join-state";
import { type IdentityKind, type MachineStatus, parseMachineId } from "@/lib/domain/machine";
import { toIdentityKind, toMachineStatus, toOsFamily, toSignInState, toText } from "@/lib/domain/machine-mapping";
import { mdmIdState, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";

/** Minutes since the epoch; -1 = none. */
export type Minutes = number;

export type FleetRow = {
  id: string;
  name: string;
  text: Record<FleetTextColumn, string>;
  lastStatusChange: Minutes;
  tags: string;
  /** For the certificate's state; not sent. */
  facts: { status: MachineStatus; identityKind: IdentityKind; principalId: string };
};

export type CertificateFact = {
  /** Lower case. */
  machineId: string;
  endsAt: Minutes;
  startsAt: Minutes;
  state: CertificateStateId;
  estimateFrom: Minutes;
  estimateTo: Minutes;
};

export type ExtensionFact = {
  /** Lower case. */
  machineId: string;
  name: string;
  type: string;
  state: string;
  version: string;
  exitCode: string;
  mdmId: string;
};

const MINUTE_MS = 60_000;

export function toMinutes(value: string | null): Minutes {
  const at = value === null ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? -1 : Math.floor(at / MINUTE_MS);
}

function tagsText(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) return "";
  return JSON.stringify(value);
}

/** A row of Resource Graph; null without an id. Odd values become empty text: one odd machine never hides the others. */
export function toFleetRow(row: Record<string, unknown>): FleetRow | null {
  const id = toText(row.id);
  if (id === null) return null;
  const ref = parseMachineId(id);
  const read = (name: string) => toText(row[name]) ?? "";
  const status = toMachineStatus(read("status"));
  const identityKind = toIdentityKind(read("identityType"));
  const osFamily = toOsFamily({ osType: read("osType"), osName: read("osName"), osSku: read("osSku") });
  const domainName = read("domainName");
  return {
    id,
    name: toText(row.name) ?? ref?.name ?? id,
    text: {
      // A status that the portal does not know is shown as Azure wrote it.
      status: status === "Unknown" ? read("status") : status,
      identityKind: identityKind === "Unknown" ? read("identityType") : identityKind,
      osFamily,
      osSku: read("osSku"),
      osVersion: read("osVersion"),
      agentVersion: read("agentVersion"),
      subscriptionId: ref?.subscriptionId ?? read("subscriptionId"),
      resourceGroup: ref?.resourceGroup ?? read("resourceGroup"),
      location: read("location"),
      domainName,
      joinState: joinState({ domainName: domainName === "" ? null : domainName, osFamily, signIn: "unknown" }),
      kind: read("kind"),
      configMode: read("configMode"),
      principalId: read("principalId"),
      computerName: read("computerName"),
    },
    lastStatusChange: toMinutes(toText(row.lastStatusChange)),
    tags: tagsText(row.tags),
    facts: { status, identityKind, principalId: read("principalId").toLowerCase() },
  };
}

function settingsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function exitCodeOf(row: Record<string, unknown>, type: string): string {
  const code = toText(row.code);
  const message = toText(row.message);
  const decoded = decodeFailure({ code, message, instanceView: { code, message }, extensionType: type });
  return decoded.exitCode ?? "";
}

/** A sign-in extension of Resource Graph; null when the id is not one of a machine's extension. */
export function toExtensionFact(row: Record<string, unknown>): ExtensionFact | null {
  const id = toText(row.id) ?? "";
  const cut = id.toLowerCase().lastIndexOf("/extensions/");
  if (cut === -1) return null;
  const type = toText(row.extensionType) ?? "";
  const state = toSignInState(toText(row.state) ?? "");
  const isWindows = type.toLowerCase() === WINDOWS_SIGN_IN_TYPE.toLowerCase();
  return {
    machineId: id.slice(0, cut).toLowerCase(),
    name: toText(row.name) ?? id.slice(cut + "/extensions/".length),
    type,
    state,
    version: toText(row.version) ?? "",
    exitCode: state === "failed" ? exitCodeOf(row, type) : "",
    mdmId: isWindows ? mdmIdState(settingsOf(row.settings)) : "",
  };
}
