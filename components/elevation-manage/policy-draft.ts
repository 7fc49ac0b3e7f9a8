import type { MailRule } from "@/lib/domain/elevation/mail-rules";
import { mailFieldOf, mailValue, sameMail } from "@/lib/domain/elevation/manage/mail-fields";
import type { PolicySettings } from "@/lib/domain/elevation/manage/policy-settings";
import type { PolicyApprover } from "@/lib/domain/elevation/policy";

/** One mail of the form: its addresses as they were typed. */
export type MailDraft = Omit<MailRule, "others"> & { others: string };

/** Fields of the form as they were typed. */
export type PolicyDraft = {
  maxHours: string;
  justification: boolean;
  ticket: boolean;
  mfa: boolean;
  context: string;
  approval: boolean;
  approvers: PolicyApprover[];
  reason: boolean;
  eligibleEnd: boolean;
  eligibleDays: string;
  activeEnd: boolean;
  activeDays: string;
  mails: MailDraft[];
};

const hours = (minutes: number | null): string => (minutes === null ? "" : String(minutes / 60));
const days = (minutes: number | null): string => (minutes === null ? "" : String(minutes / 1_440));

export function draftOf({ activation, eligible, active, mails }: PolicySettings): PolicyDraft {
  return {
    maxHours: hours(activation.maxMinutes),
    justification: activation.justification,
    ticket: activation.ticket,
    mfa: activation.mfa,
    context: activation.authenticationContext ?? "",
    approval: activation.approval.required,
    approvers: [...activation.approval.approvers],
    reason: activation.approval.approverReasonRequired,
    eligibleEnd: eligible.endRequired,
    eligibleDays: days(eligible.maxMinutes),
    activeEnd: active.endRequired,
    activeDays: days(active.maxMinutes),
    mails: (mails ?? []).map((mail) => ({ ...mail, others: mail.others.join(", ") })),
  };
}

export type DraftField = "maxHours" | "context" | "eligibleDays" | "activeDays" | "mails";
export type DraftAnswer = { ok: true; settings: PolicySettings } | { ok: false; fields: DraftField[] };

/** Minutes of a typed number; undefined when it cannot be read. Empty keeps "no rule". */
function minutesOf(text: string, unit: number, max: number): number | null | undefined {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return null;
  const minutes = Math.round(Number(typed) * unit);
  return Number.isNaN(minutes) || minutes < unit / 2 || minutes > max ? undefined : minutes;
}

const ADDRESS = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;

/** Addresses of a text, apart by commas, semicolons or spaces. */
export function addressesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== "");
}

export function isMailReadable({ others }: MailDraft): boolean {
  return addressesOf(others).every((address) => ADDRESS.test(address));
}

/** Only the mails that were changed: every other one is left to Azure as it is. null = none was. */
function changedMails(draft: PolicyDraft, before: PolicySettings): MailRule[] | null {
  const changed = draft.mails
    .map((mail) => ({ ...mail, others: addressesOf(mail.others) }))
    .filter((mail) => {
      const field = mailFieldOf(mail);
      return field !== undefined && !sameMail(mail, mailValue(before.mails ?? [], field));
    });
  return changed.length === 0 ? null : changed;
}

/** The settings that were typed, on top of those that stand; or the fields that cannot be read. */
export function settingsFrom(draft: PolicyDraft, before: PolicySettings): DraftAnswer {
  const max = minutesOf(draft.maxHours, 60, 24 * 60);
  const eligible = minutesOf(draft.eligibleDays, 1_440, 3_650 * 1_440);
  const active = minutesOf(draft.activeDays, 1_440, 3_650 * 1_440);
  const context = draft.context.trim().toLowerCase();
  const fields: DraftField[] = [];
  if (max === undefined) fields.push("maxHours");
  if (context !== "" && !/^c[1-9]\d?$/.test(context)) fields.push("context");
  if (eligible === undefined) fields.push("eligibleDays");
  if (active === undefined) fields.push("activeDays");
  if (!draft.mails.every(isMailReadable)) fields.push("mails");
  if (fields.length > 0 || max === undefined || eligible === undefined || active === undefined) return { ok: false, fields };
  const { justification, ticket, mfa } = draft;
  const approval = {
    ...before.activation.approval,
    required: draft.approval,
    approvers: draft.approvers,
    approverReasonRequired: draft.reason,
  };
  return {
    ok: true,
    settings: {
      activation: {
        ...{ maxMinutes: max, justification, ticket, mfa, approval },
        authenticationContext: context === "" ? null : context,
      },
      eligible: { ...before.eligible, endRequired: draft.eligibleEnd, maxMinutes: eligible },
      active: { ...before.active, endRequired: draft.activeEnd, maxMinutes: active },
      mails: changedMails(draft, before),
    },
  };
}
