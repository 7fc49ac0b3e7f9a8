"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import type { EndChoice } from "@/lib/domain/elevation/manage/schedule-form";
import type { GivenRule } from "@/lib/domain/elevation/policy";
import { t } from "@/messages/t";
import { lengthWords } from "./words";

/** Text of the days as it was typed; "" with kind none. */
export type EndText = { kind: "none" | "days"; days: string };

const MOST_DAYS = 3_650;

/** The end that was typed; null when it cannot be read. */
export function endOf({ kind, days }: EndText): EndChoice | null {
  if (kind === "none") return { kind: "none" };
  const count = /^\d{1,4}$/.test(days.trim()) ? Number(days) : 0;
  return count >= 1 && count <= MOST_DAYS ? { kind: "after", minutes: count * 1_440 } : null;
}

export function ruleHint(rule: GivenRule | null | undefined): string | undefined {
  if (rule === undefined) return undefined;
  if (rule === null) return t("elevationManage.form.maxUnknown");
  if (!rule.endRequired || rule.maxMinutes === null) return t("elevationManage.form.maxNone");
  return t("elevationManage.form.max", { length: lengthWords(rule.maxMinutes) });
}

export type EndFieldProps = { label: string; value: EndText; hint?: string | undefined; onChange: (value: EndText) => void };

/** Never, or after a number of days. */
export function EndField({ label, value, hint, onChange }: EndFieldProps) {
  const bad = endOf(value) === null;
  return (
    <div className="grid gap-1.5">
      <p className="font-medium text-[0.8125rem]">{label}</p>
      <div className="flex flex-wrap items-start gap-3">
        <Segmented
          label={label}
          value={value.kind}
          options={[
            { value: "days", label: t("elevationManage.form.endDays") },
            { value: "none", label: t("elevationManage.form.endNone") },
          ]}
          onChange={(kind) => onChange({ ...value, kind })}
        />
        {value.kind === "none" ? null : (
          <Field
            label={t("elevationManage.form.days")}
            error={bad ? t("elevationManage.form.daysUnreadable") : undefined}
            className="flex flex-wrap items-center gap-2"
          >
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                className="w-20"
                value={value.days}
                onChange={(event) => onChange({ ...value, days: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
      {hint === undefined ? null : <p className="text-muted text-xs">{hint}</p>}
    </div>
  );
}
