"use client";

import { Checkbox } from "@/components/ui/checkbox";

export type CheckFieldProps = { label: string; on: boolean; onChange: (on: boolean) => void };

/** One choice of yes and no with its words beside it. */
export function CheckField({ label, on, onChange }: CheckFieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input.
    <label className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
      <Checkbox checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
