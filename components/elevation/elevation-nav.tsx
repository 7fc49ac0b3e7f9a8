"use client";

import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/class-names";
import { CountBadge } from "@/components/ui/count-badge";
import { Link } from "@/components/ui/link";
import { useWaitingApprovals } from "@/lib/client/elevation-events";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

type Item = { href: string; label: string; waiting?: number | null };

/** The pages of elevation side by side. */
export function ElevationNav() {
  const pathname = usePathname();
  const waiting = useWaitingApprovals();
  const items: Item[] = [
    { href: pages.elevation(), label: t("elevation.nav.mine") },
    { href: pages.elevationApprovals(), label: t("elevation.nav.approvals"), waiting },
    { href: pages.elevationManage(), label: t("elevationManage.nav") },
  ];
  return (
    <nav aria-label={t("elevation.nav.label")} className="border-line border-b bg-surface px-4 md:px-5">
      <ul className="scroll-thin mx-auto flex max-w-[96rem] gap-5 overflow-x-auto">
        {items.map((item) => {
          const current = pathname === item.href || (item.href !== pages.elevation() && pathname.startsWith(`${item.href}/`));
          const count = item.waiting ?? 0;
          return (
            <li key={item.href}>
              <Link
                href={item.href}
                aria-current={current ? "page" : undefined}
                className={cn(
                  "-mb-px flex h-10 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 font-medium text-[0.8125rem] text-muted hover:text-foreground focus-visible:outline-offset-[-2px]",
                  current && "border-primary text-foreground",
                )}
              >
                {item.label}
                {count === 0 ? null : <CountBadge count={count} label={t("elevation.nav.waiting", { count })} />}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
