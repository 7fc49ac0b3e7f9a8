"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { t } from "@/messages/t";

const DAY_MS = 86_400_000;

/** Tomorrow at the full hour: a start to change from, never one that has passed when the form is sent. */
function firstStart(nowMs: number): string {
  return `${new Date(nowMs + DAY_MS).toISOString().slice(0, 13)}:00`;
}

export type StartFieldProps = { value: string; error: string | undefined; onChange: (value: string) => void };

/** At once, or from a set time in UTC. */
export function StartField({ value, error, onChange }: StartFieldProps) {
  return (
    <div className="grid grid-cols-1 justify-items-start gap-1.5">
      <p aria-hidden className="font-medium text-[0.8125rem]">
        {t("elevationManage.form.start")}
      </p>
      <div className="flex flex-wrap items-start gap-3">
        <Segmented
          label={t("elevationManage.form.start")}
          value={value === "" ? "now" : "later"}
          options={[
            { value: "now", label: t("elevationManage.form.startNow") },
            { value: "later", label: t("elevationManage.form.startLater") },
          ]}
          onChange={(when) => onChange(when === "now" ? "" : firstStart(Date.now()))}
        />
        {value === "" ? null : (
          <Field label={t("elevationManage.form.startAt")} error={error} className="flex flex-wrap items-center gap-2">
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                required
                className="w-56"
                value={value}
                onChange={(event) => onChange(event.target.value === "" ? " " : event.target.value)}
              />
            )}
          </Field>
        )}
      </div>
      {value === "" ? null : <p className="text-muted text-xs">{t("elevationManage.form.startHint")}</p>}
    </div>
  );
}
