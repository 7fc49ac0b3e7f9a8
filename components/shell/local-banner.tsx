"use client";

import { useConfig } from "@/lib/client/config";
import { t } from "@/messages/t";

/** Always there in local mode, so that nobody takes an invented machine for a real one or the other way round. */
export function LocalBanner() {
  const { localMode } = useConfig();
  if (!localMode) return null;
  return (
    <section aria-label={t("shell.local.banner")} className="flex h-7 shrink-0 items-stretch bg-local text-on-local text-xs">
      <span aria-hidden className="stripes-local w-4 shrink-0 sm:w-10" />
      <p className="flex min-w-0 flex-1 items-center gap-2 px-3">
        <strong className="shrink-0 font-semibold uppercase tracking-wide">{t("shell.local.banner")}</strong>
        <span className="truncate">{t("shell.local.text")}</span>
      </p>
      <span aria-hidden className="stripes-local hidden w-10 shrink-0 sm:block" />
    </section>
  );
}
