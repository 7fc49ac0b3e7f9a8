import { durationOfMinutes } from "../duration";
import type { MailRule } from "../mail-rules";
import type { ElevationPolicy, PolicyApprover } from "../policy";
import {
  isMailField,
  MAIL_FIELDS,
  type MailField,
  type MailValue,
  mailRule,
  mailRuleId,
  mailValue,
  sameMail,
} from "./mail-fields";
import { baseRule, isRule, type Rule, type RulePlace } from "./rule-frame";

/** What of a policy the portal compares, copies and changes. `mails` null = they are not meant: neither compared nor changed. */
export type PolicySettings = Pick<ElevationPolicy, "activation" | "eligible" | "active"> & { mails: MailRule[] | null };

export const POLICY_FIELDS = [
  "activationMax",
  "activationJustification",
  "activationTicket",
  "activationMfa",
  "activationContext",
  "approval",
  "approvers",
  "approverReason",
  "eligibleEnd",
  "eligibleMax",
  "eligibleJustification",
  "eligibleMfa",
  "activeEnd",
  "activeMax",
  "activeJustification",
  "activeMfa",
  ...MAIL_FIELDS,
] as const;
export type PolicyField = (typeof POLICY_FIELDS)[number];

/** A value of one field, in a form that words and comparisons can use. null = the policy has no such rule. */
export type FieldValue =
  | { kind: "minutes"; minutes: number | null }
  | { kind: "flag"; on: boolean }
  | { kind: "text"; text: string | null }
  | { kind: "people"; people: { id: string; name: string }[] }
  | { kind: "mail"; mail: MailValue };

export type FieldDifference = { field: PolicyField; before: FieldValue; after: FieldValue };

export function settingsOf({ activation, eligible, active, mails }: PolicySettings): PolicySettings {
  return { activation, eligible, active, mails };
}

/** The same settings with the mails left out: what is copied or written when nobody asked for the mails too. */
export function withoutMails(settings: PolicySettings): PolicySettings {
  return { ...settings, mails: null };
}

const minutes = (value: number | null): FieldValue => ({ kind: "minutes", minutes: value });
const flag = (on: boolean): FieldValue => ({ kind: "flag", on });

function people(approvers: readonly PolicyApprover[]): FieldValue {
  const named = approvers.map(({ id, name }) => ({ id: id.toLowerCase(), name }));
  return { kind: "people", people: named.sort((left, right) => (left.id < right.id ? -1 : 1)) };
}

/** The value of one field of a policy. */
export function fieldValue(settings: PolicySettings, field: PolicyField): FieldValue {
  if (isMailField(field)) return { kind: "mail", mail: mailValue(settings.mails ?? [], field) };
  const { activation, eligible, active } = settings;
  switch (field) {
    case "activationMax":
      return minutes(activation.maxMinutes);
    case "activationJustification":
      return flag(activation.justification);
    case "activationTicket":
      return flag(activation.ticket);
    case "activationMfa":
      return flag(activation.mfa);
    case "activationContext":
      return { kind: "text", text: activation.authenticationContext };
    case "approval":
      return flag(activation.approval.required);
    case "approvers":
      return people(activation.approval.approvers);
    case "approverReason":
      return flag(activation.approval.approverReasonRequired);
    case "eligibleEnd":
      return flag(eligible.endRequired);
    case "eligibleMax":
      return minutes(eligible.maxMinutes);
    case "eligibleJustification":
      return flag(eligible.justification);
    case "eligibleMfa":
      return flag(eligible.mfa);
    case "activeEnd":
      return flag(active.endRequired);
    case "activeMax":
      return minutes(active.maxMinutes);
    case "activeJustification":
      return flag(active.justification);
    case "activeMfa":
      return flag(active.mfa);
  }
}

/** Two values are the same for Azure: people by id, text without case. */
export function sameValue(left: FieldValue, right: FieldValue): boolean {
  if (left.kind === "people" && right.kind === "people") {
    return left.people.map(({ id }) => id).join() === right.people.map(({ id }) => id).join();
  }
  if (left.kind === "mail" && right.kind === "mail") return sameMail(left.mail, right.mail);
  if (left.kind === "text" && right.kind === "text") return (left.text ?? "").toLowerCase() === (right.text ?? "").toLowerCase();
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Approvers and their reason say nothing while no approval is asked for. A mail that is not named is not taken away. */
function matters(field: PolicyField, before: PolicySettings, after: PolicySettings): boolean {
  if (isMailField(field)) {
    return (before.mails ?? null) !== null && after.mails !== null && mailValue(after.mails ?? [], field) !== null;
  }
  if (field !== "approvers" && field !== "approverReason") return true;
  return before.activation.approval.required || after.activation.approval.required;
}

/** What is different between two policies, in the order of POLICY_FIELDS; [] when they ask for the same. */
export function policyDifferences(before: PolicySettings, after: PolicySettings): FieldDifference[] {
  return POLICY_FIELDS.flatMap((field) => {
    if (!matters(field, before, after)) return [];
    const values = { before: fieldValue(before, field), after: fieldValue(after, field) };
    return sameValue(values.before, values.after) ? [] : [{ field, ...values }];
  });
}

const WORDS = { justification: "Justification", ticket: "Ticketing", mfa: "MultiFactorAuthentication" } as const;

/** Enabled words with the wanted ones switched and every other word of Azure kept. */
function enabledRules(rule: Rule, wanted: { justification: boolean; ticket: boolean; mfa: boolean }): string[] {
  const known = new Set<string>(Object.values(WORDS).map((word) => word.toLowerCase()));
  const list = Array.isArray(rule.enabledRules) ? rule.enabledRules.filter((word) => typeof word === "string") : [];
  const others = list.filter((word) => !known.has(word.toLowerCase()));
  const on = (["mfa", "justification", "ticket"] as const).filter((name) => wanted[name]).map((name) => WORDS[name]);
  return [...on, ...others];
}

/** Azure's largest whole unit: days for what administrators give, hours and minutes for activations. */
function durationText(value: number): string {
  return value >= 1_440 && value % 1_440 === 0 ? `P${value / 1_440}D` : durationOfMinutes(value);
}

function expiration(rules: readonly Rule[], place: RulePlace, endRequired: boolean, maxMinutes: number | null): Rule {
  const rule = baseRule(rules, "Expiration", place);
  const maximum = maxMinutes === null ? {} : { maximumDuration: durationText(maxMinutes) };
  return { ...rule, isExpirationRequired: endRequired, ...maximum };
}

function approval(rules: readonly Rule[], wanted: PolicySettings["activation"]["approval"]): Rule {
  const rule = baseRule(rules, "Approval", "EndUser_Assignment");
  const setting = isRule(rule.setting) ? rule.setting : {};
  const stages = Array.isArray(setting.approvalStages) ? setting.approvalStages.filter(isRule) : [];
  const [first = {}] = stages;
  const approvers = wanted.approvers.map(({ id, kind, name, isBackup }) => ({
    id,
    description: name,
    isBackup,
    userType: kind === "group" ? "Group" : "User",
  }));
  const frame = {
    approvalStageTimeOutInDays: 1,
    escalationTimeInMinutes: 0,
    isEscalationEnabled: false,
    escalationApprovers: [],
  };
  return {
    ...rule,
    setting: {
      isRequestorJustificationRequired: true,
      ...setting,
      isApprovalRequired: wanted.required,
      isApprovalRequiredForExtension: wanted.requiredForExtension,
      approvalMode: wanted.required ? "SingleStage" : wanted.mode,
      approvalStages: [
        { ...frame, ...first, isApproverJustificationRequired: wanted.approverReasonRequired, primaryApprovers: approvers },
      ],
    },
  };
}

/** Rules of Azure that carry a field: all of them are sent when it changes. */
const RULE_OF: Readonly<Record<Exclude<PolicyField, MailField>, string>> = {
  activationMax: "Expiration_EndUser_Assignment",
  activationJustification: "Enablement_EndUser_Assignment",
  activationTicket: "Enablement_EndUser_Assignment",
  activationMfa: "Enablement_EndUser_Assignment",
  activationContext: "AuthenticationContext_EndUser_Assignment",
  approval: "Approval_EndUser_Assignment",
  approvers: "Approval_EndUser_Assignment",
  approverReason: "Approval_EndUser_Assignment",
  eligibleEnd: "Expiration_Admin_Eligibility",
  eligibleMax: "Expiration_Admin_Eligibility",
  eligibleJustification: "Enablement_Admin_Eligibility",
  eligibleMfa: "Enablement_Admin_Eligibility",
  activeEnd: "Expiration_Admin_Assignment",
  activeMax: "Expiration_Admin_Assignment",
  activeJustification: "Enablement_Admin_Assignment",
  activeMfa: "Enablement_Admin_Assignment",
};

const ruleIdOf = (field: PolicyField): string => (isMailField(field) ? mailRuleId(field) : RULE_OF[field]);

function wantedRule(rules: readonly Rule[], id: string, wanted: PolicySettings): Rule {
  const { activation, eligible, active } = wanted;
  const mail = mailRule(rules, wanted.mails ?? [], id);
  if (mail !== null) return mail;
  const enablement = (place: RulePlace, words: { justification: boolean; ticket: boolean; mfa: boolean }): Rule => {
    const rule = baseRule(rules, "Enablement", place);
    return { ...rule, enabledRules: enabledRules(rule, words) };
  };
  switch (id) {
    case "Expiration_EndUser_Assignment":
      return expiration(rules, "EndUser_Assignment", true, activation.maxMinutes);
    case "Expiration_Admin_Eligibility":
      return expiration(rules, "Admin_Eligibility", eligible.endRequired, eligible.maxMinutes);
    case "Expiration_Admin_Assignment":
      return expiration(rules, "Admin_Assignment", active.endRequired, active.maxMinutes);
    case "Enablement_EndUser_Assignment":
      return enablement("EndUser_Assignment", activation);
    case "Enablement_Admin_Eligibility":
      return enablement("Admin_Eligibility", eligible);
    case "Enablement_Admin_Assignment":
      return enablement("Admin_Assignment", active);
    case "AuthenticationContext_EndUser_Assignment": {
      const context = activation.authenticationContext;
      return {
        ...baseRule(rules, "AuthenticationContext", "EndUser_Assignment"),
        isEnabled: context !== null,
        claimValue: context ?? "",
      };
    }
    default:
      return approval(rules, activation.approval);
  }
}

/**
 * Rules to send so that a policy with `rules` asks for `wanted`: only those that change, each complete, everything the portal
 * does not know kept. [] when nothing changes. Source: Role Management Policies - Update 2020-10-01.
 */
export function rulesToSend(rules: readonly unknown[], before: PolicySettings, wanted: PolicySettings): Rule[] {
  const known = rules.filter(isRule);
  const ids = new Set(policyDifferences(before, wanted).map(({ field }) => ruleIdOf(field)));
  return [...ids].map((id) => wantedRule(known, id, wanted));
}

/** Every rule that carries settings, mails apart, complete: what a file holds that must not depend on what Azure has now. */
export function completeRules(wanted: PolicySettings): Rule[] {
  return [...new Set(Object.values(RULE_OF))].map((id) => wantedRule([], id, wanted));
}
