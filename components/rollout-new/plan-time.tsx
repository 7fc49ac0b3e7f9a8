"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ChoiceList } from "@/components/ui/choice-list";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { DAYS, dayWords } from "@/lib/client/rollout-words";
import { minuteOfDay } from "@/lib/domain/rollout/window";
import { t } from "@/messages/t";
import { type PlanPartProps, Tick } from "./plan-fields";
import type { PlanForm } from "./plan-form";

/** Long enough for any window to open before. */
const WAIT_MS = 8 * 86_400_000;

/** The platform's list leaves out UTC, and its own name for where this browser is may be an older one. */
function timeZones(chosen: string): string[] {
  return [...new Set(["UTC", chosen, ...Intl.supportedValuesOf("timeZone")])];
}

function WindowFields({ form, error, onForm }: PlanPartProps) {
  const daysError = error("plan.window.days");
  const [from, to] = [minuteOfDay(form.from), minuteOfDay(form.to)];
  const overMidnight = from !== null && to !== null && from > to;
  const toggle = (day: number, on: boolean) =>
    onForm({ ...form, days: DAYS.filter((other) => (other === day ? on : form.days.includes(other))) });
  const time = (side: "from" | "to") => (
    <Field label={t(`rolloutWizard.plan.time.${side}`)} error={error(`plan.window.${side}`)}>
      {(control) => (
        <Input
          {...control}
          type="time"
          className="w-28"
          value={form[side]}
          onChange={({ target }) => onForm({ ...form, [side]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="grid grid-cols-1 gap-3 rounded-md border border-line px-3 py-3">
      <fieldset className="grid grid-cols-1 gap-1.5" aria-describedby={daysError === undefined ? undefined : "days-error"}>
        <legend className="mb-1 font-medium text-[0.8125rem]">{t("rolloutWizard.plan.time.days")}</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-2">
          {DAYS.map((day) => (
            <Tick
              key={day}
              id={`window-day-${day}`}
              label={dayWords(day)}
              checked={form.days.includes(day)}
              onChange={(on) => toggle(day, on)}
            />
          ))}
        </div>
        {daysError === undefined ? null : (
          <p id="days-error" className="font-medium text-bad text-xs">
            {daysError}
          </p>
        )}
      </fieldset>
      <div className="flex flex-wrap items-start gap-3">
        {time("from")}
        {time("to")}
        <Field label={t("rolloutWizard.plan.time.timeZone")} error={error("plan.window.timeZone")} className="min-w-52 flex-1">
          {(control) => (
            <Select {...control} value={form.timeZone} onChange={({ target }) => onForm({ ...form, timeZone: target.value })}>
              {timeZones(form.timeZone).map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <p className="text-muted text-xs">
        {t("rolloutWizard.plan.time.hint")} {overMidnight ? t("rolloutWizard.plan.time.overMidnight") : ""}
      </p>
    </div>
  );
}

/** A first window lies in the zone of the person who plans it. */
function withWindow(form: PlanForm, hasWindow: boolean): PlanForm {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { ...form, hasWindow, timeZone: hasWindow && form.timeZone === "UTC" ? own : form.timeZone };
}

function firstUntil(): string {
  return new Date(Date.now() + WAIT_MS).toISOString().slice(0, 16);
}

export function PlanTime({ form, error, onForm }: PlanPartProps) {
  return (
    <Card aria-labelledby="plan-time">
      <CardHeader id="plan-time" title={t("rolloutWizard.plan.time.title")} />
      <CardBody className="grid grid-cols-1 gap-4">
        <ChoiceList
          legend={t("rolloutWizard.plan.time.choice")}
          value={form.hasWindow ? "window" : "always"}
          choices={[
            { value: "always", label: t("rolloutWizard.plan.time.always") },
            { value: "window", label: t("rolloutWizard.plan.time.window") },
          ]}
          onChange={(choice) => onForm(withWindow(form, choice === "window"))}
          className="sm:grid-cols-2"
        />
        {form.hasWindow ? <WindowFields form={form} error={error} onForm={onForm} /> : null}
        <ChoiceList
          legend={t("rolloutWizard.plan.time.offline")}
          value={form.offline}
          choices={[
            { value: "skip", label: t("rolloutWizard.plan.time.offlineSkip") },
            { value: "wait", label: t("rolloutWizard.plan.time.offlineWait") },
          ]}
          onChange={(offline) =>
            onForm({ ...form, offline, until: offline === "wait" && form.until === "" ? firstUntil() : form.until })
          }
          className="sm:grid-cols-2"
        />
        {form.offline === "wait" ? (
          <Field label={t("rolloutWizard.plan.time.until")} error={error("plan.offline.until")} className="max-w-64">
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={form.until}
                onChange={({ target }) => onForm({ ...form, until: target.value })}
              />
            )}
          </Field>
        ) : null}
      </CardBody>
    </Card>
  );
}
