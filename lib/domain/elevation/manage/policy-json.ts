import { minutesOfDuration } from "../duration";
import { MAIL_PLACES, MAIL_READERS, type MailPlace, type MailReader, type MailRule } from "../mail-rules";
import type { PolicyApprover } from "../policy";
import type { PolicySettings } from "./policy-settings";

/** A file of policies. `format` names the form, so that a file of another tool is refused and not guessed at. */
export const POLICY_FILE_FORMAT = "arcwarden.pim-policies/1";
export type PolicyFileEntry = { roleId: string; roleName: string; scope: string; settings: PolicySettings };
export type PolicyFile = { format: typeof POLICY_FILE_FORMAT; exportedAt: string; policies: PolicyFileEntry[] };

export const MOST_POLICIES_IN_FILE = 2_000;

/** What is wrong with a file and where: a path such as policies[3].settings.activation.maxMinutes. */
export type FileProblem = { at: string; id: "notJson" | "format" | "missing" | "type" | "unknownKey" | "range" | "twice" };
export type PolicyFileAnswer = { ok: true; file: PolicyFile } | { ok: false; problems: FileProblem[] };

function mailsOf({ mails }: PolicySettings): MailRule[] | null {
  return mails?.map(({ place, to, level, defaults, others }) => ({ place, to, level, defaults, others })) ?? null;
}

/** The file as text, keys always in the same order, so that two exports of the same policies differ in the date only. */
export function policyFileText(policies: readonly PolicyFileEntry[], exportedAt: string): string {
  const given = ({ endRequired, maxMinutes, justification, ticket, mfa }: PolicySettings["eligible"]) => ({
    ...{ endRequired, maxMinutes, justification, ticket, mfa },
  });
  const entry = ({ roleId, roleName, scope, settings }: PolicyFileEntry): PolicyFileEntry => {
    const { maxMinutes, justification, ticket, mfa, authenticationContext, approval } = settings.activation;
    const { required, requiredForExtension, mode, approverReasonRequired } = approval;
    const approvers = approval.approvers.map(({ id, kind, name, isBackup }) => ({ id, kind, name, isBackup }));
    const activation = {
      ...{ maxMinutes, justification, ticket, mfa, authenticationContext },
      approval: { required, requiredForExtension, mode, approverReasonRequired, approvers },
    };
    return {
      roleId,
      roleName,
      scope,
      settings: { activation, eligible: given(settings.eligible), active: given(settings.active), mails: mailsOf(settings) },
    };
  };
  const file: PolicyFile = { format: POLICY_FILE_FORMAT, exportedAt, policies: policies.map(entry) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

type Reader = { problems: FileProblem[] };
type Wire = Readonly<Record<string, unknown>>;

function objectAt(reader: Reader, value: unknown, at: string, keys: readonly string[]): Wire | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reader.problems.push({ at, id: value === undefined ? "missing" : "type" });
    return null;
  }
  const wire = value as Wire;
  for (const key of Object.keys(wire)) if (!keys.includes(key)) reader.problems.push({ at: `${at}.${key}`, id: "unknownKey" });
  return wire;
}

function valueAt<T>(reader: Reader, wire: Wire, key: string, at: string, accepts: (value: unknown) => value is T, other: T): T {
  const value = wire[key];
  if (accepts(value)) return value;
  reader.problems.push({ at: `${at}.${key}`, id: value === undefined ? "missing" : "type" });
  return other;
}

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= 1_024;
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isMinutesOrNull = (value: unknown): value is number | null =>
  value === null || (Number.isInteger(value) && Number(value) >= 0);
const isKind = (value: unknown): value is PolicyApprover["kind"] => value === "user" || value === "group" || value === "unknown";
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const isGuid = (value: unknown): value is string => typeof value === "string" && GUID.test(value);
const isScope = (value: unknown): value is string => isText(value) && value.startsWith("/");
const isContext = (value: unknown): value is string | null =>
  value === null || (typeof value === "string" && /^c[1-9]\d?$/.test(value));

function listAt(reader: Reader, wire: Wire, key: string, at: string): unknown[] {
  const value = wire[key];
  if (Array.isArray(value)) return value;
  reader.problems.push({ at: `${at}.${key}`, id: value === undefined ? "missing" : "type" });
  return [];
}

/** The longest that an administrator may give: ten years in minutes, so that a slip of units is found. */
const MOST_MINUTES = minutesOfDuration("P10Y") ?? 0;

function minutesAt(reader: Reader, wire: Wire, at: string): number | null {
  const minutes = valueAt(reader, wire, "maxMinutes", at, isMinutesOrNull, null);
  if (minutes !== null && minutes > MOST_MINUTES) reader.problems.push({ at: `${at}.maxMinutes`, id: "range" });
  return minutes;
}

const WORD_KEYS = ["justification", "ticket", "mfa"] as const;

function givenAt(reader: Reader, wire: Wire, key: string, parent: string): PolicySettings["eligible"] {
  const at = `${parent}.${key}`;
  const given = objectAt(reader, wire[key], at, ["endRequired", "maxMinutes", ...WORD_KEYS]) ?? {};
  const flag = (name: string) => valueAt(reader, given, name, at, isFlag, false);
  return {
    endRequired: flag("endRequired"),
    maxMinutes: minutesAt(reader, given, at),
    justification: flag("justification"),
    ticket: flag("ticket"),
    mfa: flag("mfa"),
  };
}

function approverAt(reader: Reader, value: unknown, at: string): PolicyApprover {
  const wire = objectAt(reader, value, at, ["id", "kind", "name", "isBackup"]) ?? {};
  return {
    id: valueAt(reader, wire, "id", at, isGuid, ""),
    kind: valueAt(reader, wire, "kind", at, isKind, "unknown"),
    name: valueAt(reader, wire, "name", at, isText, ""),
    isBackup: valueAt(reader, wire, "isBackup", at, isFlag, false),
  };
}

function activationAt(reader: Reader, value: unknown, at: string): PolicySettings["activation"] {
  const keys = ["maxMinutes", ...WORD_KEYS, "authenticationContext", "approval"];
  const wire = objectAt(reader, value, at, keys) ?? {};
  const approvalKeys = ["required", "requiredForExtension", "mode", "approverReasonRequired", "approvers"];
  const approval = objectAt(reader, wire.approval, `${at}.approval`, approvalKeys) ?? {};
  const flag = (of: Wire, name: string, where: string) => valueAt(reader, of, name, where, isFlag, false);
  const approvers = listAt(reader, approval, "approvers", `${at}.approval`);
  return {
    maxMinutes: minutesAt(reader, wire, at),
    justification: flag(wire, "justification", at),
    ticket: flag(wire, "ticket", at),
    mfa: flag(wire, "mfa", at),
    authenticationContext: valueAt(reader, wire, "authenticationContext", at, isContext, null),
    approval: {
      required: flag(approval, "required", `${at}.approval`),
      requiredForExtension: flag(approval, "requiredForExtension", `${at}.approval`),
      mode: valueAt(reader, approval, "mode", `${at}.approval`, isTextOrNull, null) ?? "SingleStage",
      approverReasonRequired: flag(approval, "approverReasonRequired", `${at}.approval`),
      approvers: approvers.map((one, index) => approverAt(reader, one, `${at}.approval.approvers[${index}]`)),
    },
  };
}

const isPlace = (value: unknown): value is MailPlace => MAIL_PLACES.some((one) => one === value);
const isReader = (value: unknown): value is MailReader => MAIL_READERS.some((one) => one === value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** Absent in files of an earlier export: then the mails are not meant. */
function mailsAt(reader: Reader, settings: Wire, parent: string): MailRule[] | null {
  if (settings.mails === undefined || settings.mails === null) return null;
  return listAt(reader, settings, "mails", parent).map((value, index) => {
    const at = `${parent}.mails[${index}]`;
    const wire = objectAt(reader, value, at, ["place", "to", "level", "defaults", "others"]) ?? {};
    return {
      place: valueAt<MailPlace>(reader, wire, "place", at, isPlace, "activation"),
      to: valueAt<MailReader>(reader, wire, "to", at, isReader, "admin"),
      level: valueAt(reader, wire, "level", at, isText, ""),
      defaults: valueAt(reader, wire, "defaults", at, isFlag, false),
      others: valueAt(reader, wire, "others", at, isTexts, []),
    };
  });
}

function entryAt(reader: Reader, value: unknown, at: string): PolicyFileEntry {
  const wire = objectAt(reader, value, at, ["roleId", "roleName", "scope", "settings"]) ?? {};
  const settings = objectAt(reader, wire.settings, `${at}.settings`, ["activation", "eligible", "active", "mails"]) ?? {};
  return {
    roleId: valueAt(reader, wire, "roleId", at, isGuid, "").toLowerCase(),
    roleName: valueAt(reader, wire, "roleName", at, isText, ""),
    scope: valueAt(reader, wire, "scope", at, isScope, ""),
    settings: {
      activation: activationAt(reader, settings.activation, `${at}.settings.activation`),
      eligible: givenAt(reader, settings, "eligible", `${at}.settings`),
      active: givenAt(reader, settings, "active", `${at}.settings`),
      mails: mailsAt(reader, settings, `${at}.settings`),
    },
  };
}

const MOST_PROBLEMS = 20;

/** Reads an exported file strictly: every key known, every value of its type, no pair twice. Names up to 20 problems and where. */
export function parsePolicyFile(text: string): PolicyFileAnswer {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, problems: [{ at: "", id: "notJson" }] };
  }
  const reader: Reader = { problems: [] };
  const wire = objectAt(reader, raw, "file", ["format", "exportedAt", "policies"]) ?? {};
  if (wire.format !== POLICY_FILE_FORMAT) return { ok: false, problems: [{ at: "file.format", id: "format" }] };
  const exportedAt = valueAt(reader, wire, "exportedAt", "file", isText, "");
  const list = listAt(reader, wire, "policies", "file");
  if (list.length > MOST_POLICIES_IN_FILE) return { ok: false, problems: [{ at: "file.policies", id: "range" }] };
  const policies = list.map((one, index) => entryAt(reader, one, `policies[${index}]`));
  const seen = new Set<string>();
  for (const [index, { roleId, scope }] of policies.entries()) {
    const key = `${roleId}|${scope.toLowerCase()}`;
    if (seen.has(key)) reader.problems.push({ at: `policies[${index}]`, id: "twice" });
    seen.add(key);
  }
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems.slice(0, MOST_PROBLEMS) };
  return { ok: true, file: { format: POLICY_FILE_FORMAT, exportedAt, policies } };
}
