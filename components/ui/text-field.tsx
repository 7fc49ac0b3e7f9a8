"use client";

import { Field } from "./field";
import { Input } from "./input";

export type TextFieldProps = {
  label: string;
  hint?: string;
  error: string | undefined;
  maxLength: number;
  value: string;
  onText: (text: string) => void;
};

/** A text that Azure takes as it is typed: nothing is completed or corrected. */
export function TextField({ label, hint, error, maxLength, value, onText }: TextFieldProps) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error} className="max-w-md">
      {(control) => (
        <Input
          {...control}
          maxLength={maxLength}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </Field>
  );
}
