import type { ExtensionFailure } from "../api";
import type { AzureFailure } from "../errors";
import type { CauseKind, TaskOutcome } from "./types";

/**
 * Cause of every failure that the portal knows by name; the ids are those of extension-failure-data.ts. What stands together here
 * is mended in the same way.
 */
export const CAUSE_OF_FAILURE: Readonly<Record<string, CauseKind>> = {
  msiTenantIdUnavailable: "identityMissing",
  tenantIdUnreadable: "identityMissing",
  linuxNoIdentity: "identityMissing",
  discoveryFailed: "endpointBlocked",
  discoveryTimeout: "endpointBlocked",
  realmDiscoveryFailed: "endpointBlocked",
  networkTimeout: "endpointBlocked",
  nameNotResolved: "endpointBlocked",
  cannotConnect: "endpointBlocked",
  connectionAborted: "endpointBlocked",
  decodingFailed: "endpointBlocked",
  invalidData: "endpointBlocked",
  linuxProxy: "endpointBlocked",
  unsupportedOs: "unsupportedSystem",
  unsupportedOsOlder: "unsupportedSystem",
  linuxLowMemory: "unsupportedSystem",
  noexecMount: "unsupportedSystem",
  badKeySet: "unsupportedSystem",
  tpmInternal: "unsupportedSystem",
  tpmFips: "unsupportedSystem",
  tpmLocked: "serviceError",
  hostnameDuplicate: "deviceName",
  hostnameTooLong: "deviceName",
  joinedAnotherWay: "joinConflict",
  adConfigReadFailed: "joinConflict",
  registrationRefused: "policy",
  tenantNotFound: "settings",
  deviceAuthentication: "identityMissing",
  serverBusy: "serviceError",
  directoryFailure: "serviceError",
  internalService: "serviceError",
  linuxOldExtension: "extensionConflict",
  linuxSshdConfig: "settings",
  handlerManifestMissing: "extensionConflict",
  blockedByLocalList: "agent",
  agentNotConnected: "offline",
};

/** Azure's error codes with a meaning of their own, in lower case. Source: "Troubleshoot common Azure deployment errors". */
const AZURE_CODES: Readonly<Record<string, { cause: CauseKind; code: string }>> = {
  requestdisallowedbypolicy: { cause: "policy", code: "disallowedByPolicy" },
  requestdisallowedbyazure: { cause: "policy", code: "disallowedByPolicy" },
  authorizationfailed: { cause: "denied", code: "noRight" },
  linkedauthorizationfailed: { cause: "denied", code: "noRight" },
  denyassignmentauthorizationfailed: { cause: "denied", code: "denyAssignment" },
  scopelocked: { cause: "denied", code: "scopeLocked" },
  readonlydisabledsubscription: { cause: "denied", code: "subscriptionDisabled" },
  resourcenotfound: { cause: "machineGone", code: "machineGone" },
  parentresourcenotfound: { cause: "machineGone", code: "machineGone" },
  resourcegroupnotfound: { cause: "machineGone", code: "machineGone" },
  subscriptionnotfound: { cause: "machineGone", code: "machineGone" },
  conflict: { cause: "extensionConflict", code: "otherOperation" },
  operationinprogress: { cause: "extensionConflict", code: "otherOperation" },
  anotheroperationinprogress: { cause: "extensionConflict", code: "otherOperation" },
  operationnotallowed: { cause: "extensionConflict", code: "otherOperation" },
  extensionoperationinprogress: { cause: "extensionConflict", code: "otherOperation" },
  principalnotfound: { cause: "settings", code: "principalNotFound" },
  roleassignmentlimitexceeded: { cause: "settings", code: "roleAssignmentLimit" },
  roledefinitiondoesnotexist: { cause: "settings", code: "roleNotFound" },
};

function byStatus(status: number | null): { cause: CauseKind; code: string } {
  if (status === null) return { cause: "serviceError", code: "noAnswer" };
  if (status === 403) return { cause: "denied", code: "noRight" };
  if (status === 404) return { cause: "machineGone", code: "machineGone" };
  if (status === 409) return { cause: "extensionConflict", code: "otherOperation" };
  if (status === 429 || status >= 500) return { cause: "serviceError", code: "azureError" };
  return status >= 400 ? { cause: "settings", code: "requestRefused" } : { cause: "other", code: "extensionFailed" };
}

/** Id of a decoded failure in extension-failure-data.ts; null when no source explains it. */
export function failureId(failure: ExtensionFailure): string | null {
  return /^failures\.known\.([^.]+)\.meaning$/.exec(failure.meaning)?.[1] ?? null;
}

/**
 * Why a machine failed, for the retry rule and for putting failures together. An explained failure of the extension says most, then
 * Azure's own code, then the HTTP status. `code` is the id of the failure, "exit<n>" for an exit code that no source explains, or
 * a word of messages rollout.outcome.
 */
export function causeOf(failure: ExtensionFailure | null, azure: AzureFailure | null): { cause: CauseKind; code: string } {
  const id = failure === null ? null : failureId(failure);
  if (id !== null) return { cause: CAUSE_OF_FAILURE[id] ?? "other", code: id };
  const known = azure?.code == null ? undefined : AZURE_CODES[azure.code.toLowerCase()];
  if (known !== undefined) return known;
  if (failure !== null) {
    return { cause: "other", code: failure.exitCode === null ? "extensionFailed" : `exit${failure.exitCode}` };
  }
  if (azure === null) return { cause: "other", code: "extensionFailed" };
  // The status of an answer that told how an operation ended is 200: only its code says something.
  return byStatus(azure.status);
}

/** An outcome of a failure, with its cause and code. */
export function failedOutcome(failure: ExtensionFailure | null, azure: AzureFailure | null): TaskOutcome {
  const { cause, code } = causeOf(failure, azure);
  return { code, cause, values: { code: azure?.code ?? failure?.rawCode ?? code }, failure, azure };
}

/** An outcome that the portal itself names; `code` is a word of messages rollout.outcome. */
export function namedOutcome(code: NamedOutcome, values: TaskOutcome["values"] = {}): TaskOutcome {
  return { code, cause: NAMED_OUTCOMES[code], values, failure: null, azure: null };
}

/** Outcomes that the portal names itself, with their cause; null = no failure. Each has a text in messages rollout.outcome. */
const NAMED_OUTCOMES = {
  canSignIn: null,
  installedNotAllChecked: null,
  settingsWritten: null,
  upgraded: null,
  removed: null,
  roleAssigned: null,
  noDeviceObject: "other",
  deviceNameConflict: "deviceName",
  joinConflict: "joinConflict",
  noSignInRole: "other",
  grantFailed: "denied",
  effectMissing: "other",
  timedOut: "timedOut",
  changedByOthers: "changedByOthers",
  machineGone: "machineGone",
  offlineTooLong: "offline",
  offlineSkipped: null,
  excluded: null,
  waveStopped: null,
  canceled: null,
  otherOperation: "extensionConflict",
  noAnswer: "serviceError",
  noRight: "denied",
} as const satisfies Record<string, CauseKind | null>;
export type NamedOutcome = keyof typeof NAMED_OUTCOMES;

/** Every code without an extension failure behind it: what messages rollout.outcome and rollout.fix must hold. */
export const OUTCOME_CODES: readonly string[] = [
  ...new Set([
    ...Object.keys(NAMED_OUTCOMES),
    ...Object.values(AZURE_CODES).map((row) => row.code),
    ...[null, 403, 404, 409, 500, 400, 200].map((status) => byStatus(status).code),
  ]),
];

/** Message keys of what an outcome means and what to do about it; the values are those of the outcome. */
export function outcomeTexts(outcome: Pick<TaskOutcome, "code" | "failure">): { meaning: string; fixes: string[] } {
  if (outcome.failure !== null && !OUTCOME_CODES.includes(outcome.code)) {
    return { meaning: outcome.failure.meaning, fixes: outcome.failure.fixes };
  }
  return { meaning: `rollout.outcome.${outcome.code}`, fixes: [`rollout.fix.${outcome.code}`] };
}
