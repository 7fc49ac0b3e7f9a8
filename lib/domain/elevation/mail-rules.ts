export const MAIL_PLACES = ["eligible", "active", "activation"] as const;
export type MailPlace = (typeof MAIL_PLACES)[number];

export const MAIL_READERS = ["admin", "requestor", "approver"] as const;
export type MailReader = (typeof MAIL_READERS)[number];

/** All, Critical or None; another word of Azure is kept as it came, "" when Azure named none. */
export type MailLevel = string;

/** One mail of a role's settings: on which occasion, to whom, how much. */
export type MailRule = {
  place: MailPlace;
  to: MailReader;
  level: MailLevel;
  /** Whether the people whom Azure itself chooses get it. */
  defaults: boolean;
  /** Addresses besides. */
  others: string[];
};

type Wire = Readonly<Record<string, unknown>>;

const PLACE_OF: Readonly<Record<string, MailPlace>> = {
  admin_eligibility: "eligible",
  admin_assignment: "active",
  enduser_assignment: "activation",
};
const LEVELS = ["All", "Critical", "None"] as const;
const ID = /^notification_(admin|requestor|approver)_(admin_eligibility|admin_assignment|enduser_assignment)$/;

const isWire = (value: unknown): value is Wire => typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The level as Azure writes it, whatever its case. */
function levelOf(value: unknown): MailLevel {
  const text = textOf(value);
  return LEVELS.find((level) => level.toLowerCase() === text.toLowerCase()) ?? text;
}

/**
 * Mails out of Azure's rules, by occasion and reader. A rule whose id is not one of the nine of Azure is left out: it stays
 * as it is. Source: Role Management Policies API 2020-10-01, RoleManagementPolicyNotificationRule.
 */
export function readMailRules(rules: readonly unknown[]): MailRule[] {
  const found = rules.filter(isWire).flatMap((rule): MailRule[] => {
    const [, reader, where] = ID.exec(textOf(rule.id).toLowerCase()) ?? [];
    const to = MAIL_READERS.find((one) => one === reader);
    const place = where === undefined ? undefined : PLACE_OF[where];
    if (to === undefined || place === undefined) return [];
    const list = Array.isArray(rule.notificationRecipients) ? rule.notificationRecipients : [];
    const others = list.filter((one): one is string => typeof one === "string");
    const defaults = rule.isDefaultRecipientsEnabled === true || textOf(rule.isDefaultRecipientsEnabled).toLowerCase() === "true";
    return [{ place, to, level: levelOf(rule.notificationLevel), defaults, others }];
  });
  const order = (rule: MailRule) => MAIL_PLACES.indexOf(rule.place) * MAIL_READERS.length + MAIL_READERS.indexOf(rule.to);
  return found.sort((left, right) => order(left) - order(right));
}
