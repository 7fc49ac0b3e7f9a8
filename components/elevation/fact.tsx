import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";

/** A fact of a description list, its name above it. */
export function Fact({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={cn("min-w-0", className)}>
      <dt className="mb-0.5 font-medium text-muted text-xs">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
