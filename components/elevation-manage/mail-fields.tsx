"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { mailFieldOf } from "@/lib/domain/elevation/manage/mail-fields";
import { t } from "@/messages/t";
import { CheckField } from "./check-field";
import { isMailReadable, type MailDraft } from "./policy-draft";

const LEVELS = ["All", "Critical", "None"] as const;

function levelWords(level: string): string {
  if (level === "All") return t("elevationManage.mail.levelAll");
  if (level === "Critical") return t("elevationManage.mail.levelCritical");
  if (level === "None") return t("elevationManage.mail.levelNone");
  return level === "" ? t("common.unknown") : level;
}

type MailProps = { mail: MailDraft; onChange: (mail: MailDraft) => void };

function Mail({ mail, onChange }: MailProps) {
  const field = mailFieldOf(mail);
  if (field === undefined) return null;
  const name = t(`elevationManage.field.${field}`);
  const levels = LEVELS.some((one) => one === mail.level) ? LEVELS : [mail.level, ...LEVELS];
  return (
    <li>
      <fieldset className="grid grid-cols-1 gap-2 border-line border-l-2 pl-3">
        <legend className="mb-1.5 font-medium text-[0.8125rem]">{name}</legend>
        <div className="grid grid-cols-1 items-center gap-x-4 gap-y-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
          <Select
            aria-label={t("elevationManage.mail.level")}
            value={mail.level}
            onChange={(event) => onChange({ ...mail, level: event.target.value })}
          >
            {levels.map((level) => (
              <option key={level} value={level}>
                {levelWords(level)}
              </option>
            ))}
          </Select>
          <CheckField
            label={t("elevationManage.mail.toDefaults")}
            on={mail.defaults}
            onChange={(defaults) => onChange({ ...mail, defaults })}
          />
        </div>
        <Field
          label={t("elevationManage.mail.others")}
          error={isMailReadable(mail) ? undefined : t("elevationManage.mail.othersBad")}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="email"
              autoComplete="off"
              value={mail.others}
              onChange={(event) => onChange({ ...mail, others: event.target.value })}
            />
          )}
        </Field>
      </fieldset>
    </li>
  );
}

export type MailFieldsProps = { mails: readonly MailDraft[]; onChange: (mails: MailDraft[]) => void };

/** The mails of a role's settings, folded away: they are changed seldom, and only those that are changed are sent. */
export function MailFields({ mails, onChange }: MailFieldsProps) {
  if (mails.length === 0) return null;
  return (
    <details>
      <summary className="w-fit font-semibold text-sm">{t("elevationManage.mail.title")}</summary>
      <p className="mt-1 text-muted text-xs">{t("elevationManage.mail.about")}</p>
      <ul className="mt-3 grid grid-cols-1 gap-4">
        {mails.map((mail, index) => (
          <Mail
            key={`${mail.place}.${mail.to}`}
            mail={mail}
            onChange={(changed) => onChange(mails.map((one, at) => (at === index ? changed : one)))}
          />
        ))}
      </ul>
    </details>
  );
}
