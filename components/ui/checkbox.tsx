"use client";

import { Check, Minus } from "lucide-react";
import { type ComponentProps, useEffect, useRef } from "react";
import { cn } from "./class-names";

// Made once: a page shows a hundred of them, and React passes over an element it has seen.
const CHECK = (
  <Check
    aria-hidden
    className="pointer-events-none col-start-1 row-start-1 size-3 text-on-primary opacity-0 peer-checked:opacity-100"
    strokeWidth={3}
  />
);

export type CheckboxProps = Omit<ComponentProps<"input">, "type" | "ref"> & { indeterminate?: boolean };

/** A native checkbox: it renders on the server without a style attribute and costs nothing in a grid of many rows. */
export function Checkbox({ className, indeterminate = false, ...rest }: CheckboxProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current !== null) ref.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <span className={cn("relative inline-grid size-4 shrink-0 place-items-center", className)}>
      <input
        ref={ref}
        type="checkbox"
        className="peer col-start-1 row-start-1 size-4 cursor-pointer appearance-none rounded border border-line-strong bg-surface checked:border-primary checked:bg-primary indeterminate:border-primary indeterminate:bg-primary disabled:cursor-not-allowed disabled:opacity-55"
        {...rest}
      />
      {indeterminate ? (
        <Minus aria-hidden className="pointer-events-none col-start-1 row-start-1 size-3 text-on-primary" strokeWidth={3} />
      ) : (
        CHECK
      )}
    </span>
  );
}
