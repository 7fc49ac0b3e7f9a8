"use client";

import { Field } from "./field";
import { Input } from "./input";

export type CountFieldProps = {
  label: string;
  hint?: string;
  /** What is said while something else than the number stands there. */
  wrong: string;
  count: number;
  typed: string;
  onType: (typed: string) => void;
};

export function isCount(typed: string, count: number): boolean {
  return typed.trim() === String(count);
}

/** The number of what is changed, typed to confirm it, because a tick is given too easily for ten thousand. */
export function CountField({ label, hint, wrong, count, typed, onType }: CountFieldProps) {
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={typed !== "" && !isCount(typed, count) ? wrong : undefined}
      className="w-full max-w-sm"
    >
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => onType(event.target.value)}
        />
      )}
    </Field>
  );
}
