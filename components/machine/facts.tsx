import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { t } from "@/messages/t";

/** Names and values in two columns that become one on a narrow screen. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={cn(
        "grid grid-cols-1 content-start gap-x-4 gap-y-2.5 text-[0.8125rem] sm:grid-cols-[10rem_minmax(0,1fr)]",
        className,
      )}
    >
      {children}
    </dl>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="sm:contents">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

/** An id in full with a button that copies it; "not known" when there is none. */
export function IdText({ value, what }: { value: string | null; what: string }) {
  if (value === null || value === "") return <span className="text-muted">{t("machine.known.unknown")}</span>;
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 break-all font-mono text-xs">{value}</code>
      <CopyButton text={value} label={t("machine.copy", { what })} className="-my-1 size-6" />
    </span>
  );
}
