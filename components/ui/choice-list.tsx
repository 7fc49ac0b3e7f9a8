"use client";

import { useId } from "react";
import { cn } from "@/components/ui/class-names";

type Choice<V extends string> = { value: V; label: string; about?: string; refusal?: string | null };

export type ChoiceListProps<V extends string> = {
  /** The same in lists that are one choice together. */
  name?: string;
  legend: string;
  legendHidden?: boolean;
  hint?: string;
  value: V;
  choices: readonly Choice<V>[];
  onChange: (value: V) => void;
  className?: string;
};

/** One of a few, each with what follows from it. A choice that is refused stays readable and says why. */
export function ChoiceList<V extends string>(props: ChoiceListProps<V>) {
  const { legend, legendHidden = false, hint, value, choices, onChange, className } = props;
  const own = useId();
  const group = props.name ?? own;
  return (
    <fieldset className="grid grid-cols-1 min-w-0 gap-2">
      <legend className={legendHidden ? "sr-only" : "mb-1.5 font-medium text-[0.8125rem]"}>{legend}</legend>
      {hint === undefined ? null : <p className="text-muted text-xs">{hint}</p>}
      <div className={cn("grid grid-cols-1 gap-2", className)}>
        {choices.map((choice) => {
          const refused = choice.refusal !== undefined && choice.refusal !== null;
          const aboutId = `${own}-${choice.value}`;
          return (
            <label
              key={choice.value}
              className="flex min-w-0 cursor-pointer items-start gap-3 rounded-md border border-line px-3 py-2.5 text-[0.8125rem] has-disabled:cursor-not-allowed has-checked:border-primary has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-ring"
            >
              <input
                type="radio"
                name={group}
                className="mt-0.5 size-4 shrink-0 accent-primary"
                checked={choice.value === value}
                disabled={refused}
                aria-label={choice.label}
                aria-describedby={choice.about === undefined && !refused ? undefined : aboutId}
                onChange={() => onChange(choice.value)}
              />
              <span className="min-w-0">
                <span className="block font-medium">{choice.label}</span>
                <span id={aboutId} className="block break-words">
                  {choice.about === undefined ? null : <span className="block text-muted">{choice.about}</span>}
                  {refused ? <span className="block text-warn">{choice.refusal}</span> : null}
                </span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
