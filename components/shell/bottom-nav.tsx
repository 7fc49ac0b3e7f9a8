"use client";

import { Menu } from "lucide-react";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { cn } from "@/components/ui/class-names";
import { CountBadge } from "@/components/ui/count-badge";
import { Link } from "@/components/ui/link";
import { Sheet } from "@/components/ui/sheet";
import { useWaitingApprovals } from "@/lib/client/elevation-events";
import { t } from "@/messages/t";
import { GLOSSARY_ITEM, isCurrent, NAV_ITEMS, type NavItem } from "./nav-items";

/** What an operator on call needs at once; every other page is one touch further. */
const ON_THE_BAR: readonly string[] = ["overview", "machines", "access", "elevation"];

const BAR_ITEMS = NAV_ITEMS.filter(({ id }) => ON_THE_BAR.includes(id));
const MORE_ITEMS = [...NAV_ITEMS.filter(({ id }) => !ON_THE_BAR.includes(id)), GLOSSARY_ITEM];

const ON_BAR =
  "flex h-14 min-w-0 flex-col items-center justify-center gap-1 font-medium text-2xs text-muted focus-visible:outline-offset-[-3px]";

function BarLink({ item, current, waiting }: { item: NavItem; current: boolean; waiting: number }) {
  const Icon = item.icon;
  return (
    <Link href={item.href} aria-current={current ? "page" : undefined} className={cn(ON_BAR, current && "text-link")}>
      <span className="relative">
        <Icon aria-hidden className="size-5" />
        {waiting === 0 ? null : (
          <CountBadge count={waiting} label={t("elevation.nav.waiting", { count: waiting })} className="absolute -top-2 left-3" />
        )}
      </span>
      <span className="max-w-full truncate">{item.label}</span>
    </Link>
  );
}

function MoreSheet({ pathname, open, onOpenChange }: { pathname: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Sheet open={open} onOpenChange={onOpenChange} side="bottom" title={t("shell.nav.more")}>
      <ul>
        {MORE_ITEMS.map((item) => {
          const current = isCurrent(item, pathname);
          return (
            <li key={item.id}>
              <Link
                href={item.href}
                onClick={() => onOpenChange(false)}
                aria-current={current ? "page" : undefined}
                className={cn("flex h-12 items-center gap-3 rounded-md px-2 font-medium", current && "bg-selected")}
              >
                <item.icon aria-hidden className="size-5 text-muted" />
                {item.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

/** Navigation of a narrow screen: within reach of a thumb, targets of 48 px and more. */
export function BottomNav() {
  const pathname = usePathname();
  const waiting = useWaitingApprovals() ?? 0;
  const [more, setMore] = useState(false);
  const further = MORE_ITEMS.some((item) => isCurrent(item, pathname));
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="grid shrink-0 auto-cols-fr grid-flow-col border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
    >
      {BAR_ITEMS.map((item) => (
        <BarLink key={item.id} item={item} current={isCurrent(item, pathname)} waiting={item.id === "elevation" ? waiting : 0} />
      ))}
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={more}
        onClick={() => setMore(true)}
        className={cn(ON_BAR, further && "text-link")}
      >
        <Menu aria-hidden className="size-5" />
        {t("shell.nav.more")}
      </button>
      <MoreSheet pathname={pathname} open={more} onOpenChange={setMore} />
    </nav>
  );
}
