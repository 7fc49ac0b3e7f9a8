"use client";

import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { PortalTarget } from "@/components/ui/portal-target";
import { Toaster } from "@/components/ui/toast";
import { useSystemTheme } from "@/lib/client/use-theme";
import { t } from "@/messages/t";
import { BottomNav } from "./bottom-nav";
import { LocalBanner } from "./local-banner";
import { Sidebar } from "./sidebar";
import { SignInNotices } from "./sign-in-notices";
import { TopBar } from "./top-bar";

/**
 * The frame of every signed-in page. After a navigation the focus goes to the new page, not to where the link was. On paper there
 * is only the page, as long as it is; what says that its machines are invented stays.
 */
export function PortalShell({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const main = useRef<HTMLElement>(null);
  const shownPath = useRef(pathname);
  useSystemTheme();
  useEffect(() => {
    if (shownPath.current === pathname) return;
    shownPath.current = pathname;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <PortalTarget value={main}>
      <div className="flex h-dvh flex-col overflow-hidden print:block print:h-auto print:overflow-visible">
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-primary px-4 py-2 font-medium text-on-primary focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          {t("shell.skip")}
        </a>
        <LocalBanner />
        <div className="flex min-h-0 flex-1 print:block">
          <Sidebar />
          <div className="flex min-w-0 flex-1 flex-col print:block">
            <TopBar />
            <main
              ref={main}
              id="main"
              tabIndex={-1}
              className="scroll-thin relative min-h-0 flex-1 overflow-y-auto outline-none print:overflow-visible"
            >
              <SignInNotices />
              {children}
              <Toaster />
            </main>
            <BottomNav />
          </div>
        </div>
      </div>
    </PortalTarget>
  );
}
