import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { AuthFrame } from "./auth-frame";

export type NoticeProps = { icon: LucideIcon; title: string; children: ReactNode; actions?: ReactNode };

/** A full page that says one thing: why the portal cannot be used now, and the way on. */
export function Notice({ icon: Icon, title, children, actions }: NoticeProps) {
  return (
    <AuthFrame>
      <section className="mx-auto w-full max-w-xl rounded-lg border border-line bg-surface p-8 shadow-card">
        <Icon aria-hidden className="size-7 text-primary" />
        <h1 className="mt-4 text-balance font-semibold text-xl">{title}</h1>
        <div className="mt-2 grid gap-3 text-[0.875rem] text-muted leading-relaxed">{children}</div>
        {actions === undefined ? null : <div className="mt-6 flex flex-wrap gap-3">{actions}</div>}
      </section>
    </AuthFrame>
  );
}
