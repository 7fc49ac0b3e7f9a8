"use client";

import { useEffect, useRef } from "react";
import { cn } from "@/components/ui/class-names";
import { t } from "@/messages/t";
import { STEPS, type Step } from "./wizard-draft";

/** The steps of the wizard. Any of them may be opened at any time; only starting waits for all. */
export function StepList({ current, onSelect }: { current: Step; onSelect: (step: Step) => void }) {
  const list = useRef<HTMLOListElement>(null);
  // On a phone the list is wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open step is what must come into view.
  useEffect(() => {
    list.current?.querySelector("[aria-current=step]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [current]);
  return (
    <nav aria-label={t("rolloutWizard.steps.label")} className="scroll-thin overflow-x-auto py-0.5">
      <ol ref={list} className="flex gap-1.5">
        {STEPS.map((step, index) => (
          <li key={step}>
            <button
              type="button"
              aria-current={step === current ? "step" : undefined}
              onClick={() => onSelect(step)}
              className={cn(
                "flex h-9 items-center gap-2 whitespace-nowrap rounded-md border px-3 font-medium text-[0.8125rem]",
                step === current
                  ? "border-primary bg-selected text-foreground"
                  : "border-line bg-surface text-muted hover:bg-sunken",
              )}
            >
              <span className="grid size-5 place-items-center rounded-full bg-sunken text-2xs tabular-nums">{index + 1}</span>
              {t(`rolloutWizard.steps.${step}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
