"use client";

import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/class-names";
import { CountBadge } from "@/components/ui/count-badge";
import { Link } from "@/components/ui/link";
import { useConfig } from "@/lib/client/config";
import { useWaitingApprovals } from "@/lib/client/elevation-events";
import { useSession } from "@/lib/client/session";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { Brand } from "./brand";
import { GLOSSARY_ITEM, isCurrent, NAV_ITEMS, type NavItem } from "./nav-items";

function SideLink({ item, pathname, waiting = 0 }: { item: NavItem; pathname: string; waiting?: number }) {
  const current = isCurrent(item, pathname);
  const Icon = item.icon;
  return (
    <Link
      href={item.href}
      aria-current={current ? "page" : undefined}
      className={cn(
        "flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-[0.8125rem] text-muted hover:bg-sunken hover:text-foreground",
        current && "bg-selected text-foreground hover:bg-selected",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {item.label}
      {waiting === 0 ? null : (
        <CountBadge count={waiting} label={t("elevation.nav.waiting", { count: waiting })} className="ml-auto" />
      )}
    </Link>
  );
}

export function Sidebar() {
  const pathname = usePathname();
  const config = useConfig();
  const { info } = useSession();
  const waiting = useWaitingApprovals() ?? 0;
  const tenant = info?.tenants.find((item) => item.current);
  return (
    <aside className="hidden w-52 shrink-0 flex-col border-line border-r bg-surface md:flex print:hidden">
      <Link href={pages.overview()} className="flex h-12 items-center px-4">
        <Brand />
      </Link>
      <nav aria-label={t("shell.navigation")} className="grid gap-0.5 p-2">
        {NAV_ITEMS.map((item) => (
          <SideLink key={item.id} item={item} pathname={pathname} waiting={item.id === "elevation" ? waiting : 0} />
        ))}
        <div className="my-2 border-line border-t" />
        <SideLink item={GLOSSARY_ITEM} pathname={pathname} />
      </nav>
      <div className="mt-auto min-w-0 border-line border-t px-4 py-3 text-xs">
        <p className="truncate font-semibold" title={tenant?.defaultDomain}>
          {tenant?.defaultDomain ?? tenant?.displayName ?? " "}
        </p>
        <p className="truncate text-muted">{config.cloudLabel}</p>
      </div>
    </aside>
  );
}
