"use client";

import { cn } from "./class-names";
import { CopyButton } from "./copy-button";

export type CodeBlockProps = {
  code: string;
  label: string;
  copyLabel: string;
  /** What is copied, where the box shows only its beginning. */
  whole?: string;
  className?: string;
};

export function CodeBlock({ code, label, copyLabel, whole = code, className }: CodeBlockProps) {
  return (
    <div className={cn("relative rounded-md border border-line bg-sunken", className)}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls, and a landmark for each snippet is noise. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1). */}
      <div role="group" aria-label={label} tabIndex={0} className="scroll-thin max-h-96 overflow-auto rounded-md p-3 pr-11">
        <pre className="font-mono text-xs leading-5">
          <code>{code}</code>
        </pre>
      </div>
      <CopyButton text={whole} label={copyLabel} className="absolute top-1.5 right-1.5 bg-sunken" />
    </div>
  );
}
