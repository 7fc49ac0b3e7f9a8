import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./class-names";
import { Link } from "./link";

export type BackLinkProps = { href: string; className?: string; children: ReactNode };

/** The way back to the page above, drawn alike wherever there is one. */
export function BackLink({ href, className, children }: BackLinkProps) {
  return (
    <Link
      href={href}
      className={cn("inline-flex w-fit items-center gap-1 text-link text-xs hover:underline print:hidden", className)}
    >
      <ArrowLeft aria-hidden className="size-3.5 shrink-0" />
      <span className="wrap-anywhere min-w-0">{children}</span>
    </Link>
  );
}
