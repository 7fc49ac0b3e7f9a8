"use client";

import type { ReactNode } from "react";
import { useConfig } from "@/lib/client/config";
import { t } from "@/messages/t";

/** Frame of every page that stands before the portal itself: name, local-mode stripe, one column. */
export function AuthFrame({ children }: { children: ReactNode }) {
  const config = useConfig();
  return (
    <div className="flex min-h-dvh flex-col bg-background text-foreground">
      {config.localMode ? (
        <section aria-label={t("shell.local.banner")} className="flex min-h-7 items-stretch bg-local text-on-local text-xs">
          <span aria-hidden className="stripes-local w-4 shrink-0 sm:w-10" />
          <p className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 px-3 py-1">
            <strong className="font-semibold uppercase tracking-wide">{t("shell.local.banner")}</strong>
            <span>{t("shell.local.text")}</span>
          </p>
          <span aria-hidden className="stripes-local hidden w-10 shrink-0 sm:block" />
        </section>
      ) : null}
      <header className="flex items-center gap-2.5 px-6 py-5">
        <svg viewBox="0 0 24 24" aria-hidden="true" className="size-6 shrink-0">
          <rect width="24" height="24" rx="6" className="fill-primary" />
          <path
            d="M6.5 16.5a5.5 5.5 0 0 1 11 0M5.5 19h13"
            fill="none"
            strokeWidth="2"
            strokeLinecap="round"
            className="stroke-on-primary"
          />
          <circle cx="12" cy="9" r="2.6" className="fill-on-primary" />
        </svg>
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
