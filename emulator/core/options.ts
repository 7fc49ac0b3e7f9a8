import type { EmulatorOptions } from "./contract.ts";
import { WireError } from "./contract.ts";

/** Knobs that only the composition and Entra read, besides those that handlers see. */
export type InstanceOptions = EmulatorOptions & {
  /** Form of ARM's 429: "recorded" is text/plain without Retry-After, "documented" is JSON with Retry-After in seconds. */
  throttleAnswer: "recorded" | "documented";
  /** ARM writes by people need a token with `mfa` in amr, as mandatory multifactor authentication demands. */
  requireMfaForWrites: boolean;
  /** Delegated Graph permissions to which the administrator has consented besides the usual ones. */
  consentedGraphScopes: string[];
  /** Application permissions of Graph that the administrator has given to the portal's application. */
  applicationGraphRoles: string[];
  /** Recorded bodies are cut at this many characters. */
  recordBodyChars: number;
  /** Factor on ARM's token buckets; below 1 makes throttling come early. */
  armBucketFactor: number;
};

export function defaultOptions(): InstanceOptions {
  return {
    extensionQueuedMs: 1_000,
    extensionRunningMs: 4_000,
    latencyMs: 0,
    armPageSizes: [141, 100, 100],
    enforceQuotas: true,
    replicationDelayMs: 0,
    roleListDelayMs: 0,
    roleIndexDelayMs: 0,
    principalReplicationMs: 0,
    roleAssignmentLimit: 4_000,
    directoryReadDeniedTo: [],
    consentedGraphScopes: [],
    applicationGraphRoles: [],
    auditReaders: ["ada.admin@contoso.example", "sofia.security@contoso.example"],
    extensionRetryAfterSeconds: null,
    accessTokenSeconds: 3_900,
    refreshTokenSeconds: 86_400,
    requireAcrs: {},
    longOperationUrls: true,
    throttleAnswer: "recorded",
    requireMfaForWrites: false,
    recordBodyChars: 65_536,
    armBucketFactor: 1,
  };
}

type Check = (value: unknown) => string | null;

const isWholeNumber = (minimum: number): Check => {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum ? null : `a whole number of ${minimum} or more`;
};
const isFlag: Check = (value) => (typeof value === "boolean" ? null : "true or false");

const isSizeList: Check = (value) =>
  Array.isArray(value) && value.every((size) => isWholeNumber(1)(size) === null) ? null : "a list of whole numbers of 1 or more";

const isNameList: Check = (value) =>
  Array.isArray(value) && value.every((name) => typeof name === "string") ? null : "a list of user principal names";

const CHECKS: Required<Record<keyof InstanceOptions, Check>> = {
  extensionQueuedMs: isWholeNumber(0),
  extensionRunningMs: isWholeNumber(0),
  latencyMs: isWholeNumber(0),
  armPageSizes: (value) => (Array.isArray(value) && value.length === 0 ? "a list with at least one size" : isSizeList(value)),
  enforceQuotas: isFlag,
  replicationDelayMs: isWholeNumber(0),
  roleListDelayMs: isWholeNumber(0),
  roleIndexDelayMs: isWholeNumber(0),
  principalReplicationMs: isWholeNumber(0),
  roleAssignmentLimit: isWholeNumber(0),
  pimEvaluationMs: isWholeNumber(0),
  pimProvisioningMs: isWholeNumber(0),
  directoryReadDeniedTo: isNameList,
  auditReaders: isNameList,
  consentedGraphScopes: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === "string") ? null : "a list of Graph permissions",
  applicationGraphRoles: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === "string") ? null : "a list of Graph permissions",
  extensionRetryAfterSeconds: (value) => (value === null ? null : isWholeNumber(0)(value)),
  accessTokenSeconds: isWholeNumber(1),
  refreshTokenSeconds: isWholeNumber(1),
  requireAcrs: (value) => (isAcrsTable(value) ? null : 'an object such as {"arm": "c1"} with the keys arm, graph or api'),
  longOperationUrls: isFlag,
  resourceGraphPageSizes: isSizeList,
  resourceGraphLagMs: isWholeNumber(0),
  deviceRegistrationMs: isWholeNumber(0),
  extensionIndexDelayMs: isWholeNumber(0),
  concurrentExtensionWrites: (value) => (value === "refused" || value === "accepted" ? null : '"refused" or "accepted"'),
  throttleAnswer: (value) => (value === "recorded" || value === "documented" ? null : '"recorded" or "documented"'),
  requireMfaForWrites: isFlag,
  recordBodyChars: isWholeNumber(0),
  armBucketFactor: (value) => (typeof value === "number" && value > 0 ? null : "a number above 0"),
};

function isAcrsTable(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, text]) => ["arm", "graph", "api"].includes(key) && typeof text === "string");
}

/** Applies a partial change of options; refuses unknown names and values of the wrong kind without applying anything. */
export function applyOptions(options: InstanceOptions, patch: unknown): void {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw new WireError(400, { error: "Options are a JSON object." });
  }
  for (const [name, value] of Object.entries(patch)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof InstanceOptions] : undefined;
    if (check === undefined) throw new WireError(400, { error: `There is no option named '${name}'.` });
    const expected = check(value);
    if (expected !== null) throw new WireError(400, { error: `Option '${name}' must be ${expected}.` });
  }
  Object.assign(options, patch);
}
