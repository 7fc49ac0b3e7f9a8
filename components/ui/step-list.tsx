"use client";

import { useEffect, useRef } from "react";
import { cn } from "./class-names";

export type StepListProps<S extends string> = {
  label: string;
  steps: readonly { id: S; title: string }[];
  current: S;
  onSelect: (step: S) => void;
};

/** So many fit a phone with their titles; of more, only the open one has its title drawn. */
const FEW = 3;

/** The steps of a form. Any of them may be opened at any time; only sending waits for all. */
export function StepList<S extends string>({ label, steps, current, onSelect }: StepListProps<S>) {
  const list = useRef<HTMLOListElement>(null);
  // A long title can still make the list wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open step is what must come into view.
  useEffect(() => {
    list.current?.querySelector("[aria-current=step]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [current]);
  return (
    <nav aria-label={label} className="scroll-thin overflow-x-auto py-0.5">
      <ol ref={list} className="flex gap-1.5">
        {steps.map(({ id, title }, index) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? "step" : undefined}
              onClick={() => onSelect(id)}
              className={cn(
                "relative flex h-9 items-center gap-2 whitespace-nowrap rounded-md border px-2.5 font-medium sm:px-3 text-[0.8125rem]",
                id === current
                  ? "border-primary bg-selected text-foreground"
                  : "border-line bg-surface text-muted hover:bg-sunken",
              )}
            >
              <span className="grid size-5 place-items-center rounded-full bg-sunken text-2xs tabular-nums">{index + 1}</span>
              <span className={cn(id !== current && steps.length > FEW && "max-sm:sr-only")}>{title}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
