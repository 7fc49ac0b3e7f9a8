"use client";

import type { ReactNode } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { t } from "@/messages/t";
import type { PlanForm, SizeText } from "./plan-form";

export type PlanPartProps = {
  form: PlanForm;
  /** What is wrong at a field of the plan, for example "plan.window.days"; undefined when nothing. */
  error: (field: string) => string | undefined;
  onForm: (form: PlanForm) => void;
};

export type NumberFieldProps = {
  label: string;
  hint?: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

/** A number as text: the platform's number field would drop what it cannot read, and with it the error. */
export function NumberField({ label, hint, error, value, onChange, className }: NumberFieldProps) {
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={error}
      {...(className === undefined ? {} : { className })}
    >
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-40 tabular-nums"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export type SizeFieldProps = Omit<NumberFieldProps, "value" | "onChange"> & {
  unitLabel: string;
  size: SizeText;
  onSize: (size: SizeText) => void;
  action?: ReactNode;
};

/** A number of machines or a share of them. */
export function SizeField({ label, hint, error, unitLabel, size, onSize, action }: SizeFieldProps) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error}>
      {(control) => (
        <div className="flex max-w-80 items-center gap-2">
          <Input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            className="w-24 tabular-nums"
            value={size.value}
            onChange={({ target }) => onSize({ ...size, value: target.value })}
          />
          <Select
            aria-label={unitLabel}
            className="w-32"
            value={size.unit}
            onChange={({ target }) => onSize({ ...size, unit: target.value === "percent" ? "percent" : "machines" })}
          >
            <option value="machines">{t("rolloutWizard.plan.waves.machines")}</option>
            <option value="percent">{t("rolloutWizard.plan.waves.percent")}</option>
          </Select>
          {action}
        </div>
      )}
    </Field>
  );
}

export type TickProps = { id: string; label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void };

export function Tick({ id, label, hint, checked, onChange }: TickProps) {
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox
        id={id}
        className="mt-0.5"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="text-[0.8125rem]">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
