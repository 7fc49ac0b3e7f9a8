"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/class-names";
import { CountBadge } from "@/components/ui/count-badge";
import { useWaitingApprovals } from "@/lib/client/elevation-events";
import { t } from "@/messages/t";
import { isCurrent, NAV_ITEMS } from "./nav-items";

/** Navigation of a narrow screen: within reach of a thumb, targets of 48 px and more. */
export function BottomNav() {
  const pathname = usePathname();
  const waiting = useWaitingApprovals() ?? 0;
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="grid shrink-0 auto-cols-fr grid-flow-col border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {NAV_ITEMS.map((item) => {
        const current = isCurrent(item, pathname);
        const Icon = item.icon;
        return (
          <Link
            key={item.id}
            href={item.href}
            aria-current={current ? "page" : undefined}
            className={cn(
              "flex h-14 min-w-0 flex-col items-center justify-center gap-1 font-medium text-2xs text-muted focus-visible:outline-offset-[-3px]",
              current && "text-link",
            )}
          >
            <span className="relative">
              <Icon aria-hidden className="size-5" />
              {item.id === "elevation" && waiting > 0 ? (
                <CountBadge
                  count={waiting}
                  label={t("elevation.nav.waiting", { count: waiting })}
                  className="absolute -top-2 left-3"
                />
              ) : null}
            </span>
            <span className="max-w-full truncate">{item.label}</span>
          </Link>
        );
      })}
    </nav>
  );
}
