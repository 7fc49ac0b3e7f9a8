import type { MailPlace, MailReader, MailRule } from "../mail-rules";
import { baseRule, type Rule, type RulePlace } from "./rule-frame";

export const MAIL_FIELDS = [
  "mailEligibleAdmin",
  "mailEligibleRequestor",
  "mailEligibleApprover",
  "mailActiveAdmin",
  "mailActiveRequestor",
  "mailActiveApprover",
  "mailActivationAdmin",
  "mailActivationRequestor",
  "mailActivationApprover",
] as const;
export type MailField = (typeof MAIL_FIELDS)[number];

/** What a mail says beside its place; null = the settings have no such rule. */
export type MailValue = Pick<MailRule, "level" | "defaults" | "others"> | null;

const OF: Readonly<Record<MailField, { place: MailPlace; to: MailReader }>> = {
  mailEligibleAdmin: { place: "eligible", to: "admin" },
  mailEligibleRequestor: { place: "eligible", to: "requestor" },
  mailEligibleApprover: { place: "eligible", to: "approver" },
  mailActiveAdmin: { place: "active", to: "admin" },
  mailActiveRequestor: { place: "active", to: "requestor" },
  mailActiveApprover: { place: "active", to: "approver" },
  mailActivationAdmin: { place: "activation", to: "admin" },
  mailActivationRequestor: { place: "activation", to: "requestor" },
  mailActivationApprover: { place: "activation", to: "approver" },
};

const RULE_PLACE: Readonly<Record<MailPlace, RulePlace>> = {
  eligible: "Admin_Eligibility",
  active: "Admin_Assignment",
  activation: "EndUser_Assignment",
};
const READER: Readonly<Record<MailReader, string>> = { admin: "Admin", requestor: "Requestor", approver: "Approver" };

export function isMailField(field: string): field is MailField {
  return Object.hasOwn(OF, field);
}

/** The field that stands for one mail. */
export function mailFieldOf({ place, to }: Pick<MailRule, "place" | "to">): MailField | undefined {
  return MAIL_FIELDS.find((field) => OF[field].place === place && OF[field].to === to);
}

/** One mail of the settings; null when they have none of the kind. */
export function mailValue(mails: readonly MailRule[], field: MailField): MailValue {
  const { place, to } = OF[field];
  const found = mails.find((mail) => mail.place === place && mail.to === to);
  return found === undefined ? null : { level: found.level, defaults: found.defaults, others: found.others };
}

const addresses = (others: readonly string[]): string =>
  [...new Set(others.map((one) => one.trim().toLowerCase()))].sort().join();

/** The same mail for Azure: addresses in any order and case. */
export function sameMail(left: MailValue, right: MailValue): boolean {
  if (left === null || right === null) return left === right;
  return left.level === right.level && left.defaults === right.defaults && addresses(left.others) === addresses(right.others);
}

/** Id of Azure's rule that carries a mail. Source: Role Management Policies API 2020-10-01. */
export function mailRuleId(field: MailField): string {
  const { place, to } = OF[field];
  return `Notification_${READER[to]}_${RULE_PLACE[place]}`;
}

/** The rule to send for a wanted mail, everything the portal does not know of it kept; null when there is no such wish. */
export function mailRule(rules: readonly Rule[], mails: readonly MailRule[], id: string): Rule | null {
  const field = MAIL_FIELDS.find((one) => mailRuleId(one) === id);
  const wanted = field === undefined ? null : mailValue(mails, field);
  if (field === undefined || wanted === null) return null;
  const { place, to } = OF[field];
  return {
    notificationType: "Email",
    recipientType: READER[to],
    ...baseRule(rules, "Notification", RULE_PLACE[place], READER[to]),
    notificationLevel: wanted.level,
    isDefaultRecipientsEnabled: wanted.defaults,
    notificationRecipients: [...wanted.others],
  };
}
