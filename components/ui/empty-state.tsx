import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./class-names";

export type EmptyStateProps = { icon: LucideIcon; title: string; children?: ReactNode; actions?: ReactNode; className?: string };

export function EmptyState({ icon: Icon, title, children, actions, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center justify-center px-6 py-14 text-center", className)}>
      <span className="mb-3 grid size-11 place-items-center rounded-full bg-quiet-soft text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <p className="font-semibold text-[0.9375rem]">{title}</p>
      {children === undefined ? null : <div className="mt-1 max-w-md text-balance text-muted">{children}</div>}
      {actions === undefined ? null : <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
