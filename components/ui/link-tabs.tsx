import type { ReactNode } from "react";
import { cn } from "./class-names";
import { Link } from "./link";

export type LinkTab = { id: string; href: string; label: ReactNode };

export type LinkTabsProps = { label: string; tabs: readonly LinkTab[]; current: string; className?: string };

/** The way between the views of one place; each has an address of its own. */
export function LinkTabs({ label, tabs, current, className }: LinkTabsProps) {
  return (
    <nav aria-label={label} className={cn("scroll-thin shrink-0 overflow-x-auto border-line border-b", className)}>
      <ul className="flex gap-4">
        {tabs.map(({ id, href, label: words }) => (
          <li key={id}>
            <Link
              href={href}
              aria-current={id === current ? "page" : undefined}
              className={cn(
                "-mb-px flex h-9 items-center gap-2 whitespace-nowrap border-transparent border-b-2 px-0.5 font-medium text-[0.8125rem] text-muted hover:text-foreground focus-visible:outline-offset-[-2px]",
                id === current && "border-primary text-foreground",
              )}
            >
              {words}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
