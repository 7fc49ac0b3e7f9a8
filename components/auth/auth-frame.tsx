"use client";

import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useConfig } from "@/lib/client/config";
import { t } from "@/messages/t";

/** Frame of every page that stands before the portal itself: name, local-mode stripe, one column. */
export function AuthFrame({ children }: { children: ReactNode }) {
  const config = useConfig();
  return (
    <div className="flex min-h-dvh flex-col bg-background text-foreground">
      {config.localMode ? (
        <p role="note" className="bg-local px-4 py-1.5 text-center font-medium text-on-local text-xs">
          {t("shell.local.banner")}: {t("shell.local.text")}
        </p>
      ) : null}
      <header className="flex items-center gap-2.5 px-6 py-5">
        <ShieldCheck aria-hidden className="size-6 text-primary" />
        <span className="font-semibold text-[0.9375rem]">{t("auth.product")}</span>
        <span className="ml-auto text-muted text-xs">{config.cloudLabel}</span>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto flex w-full max-w-5xl flex-1 flex-col justify-center px-6 pb-16">
        {children}
      </main>
      <footer className="px-6 py-4 text-muted text-xs">{t("auth.version", { version: config.version })}</footer>
    </div>
  );
}
