"use client";

import { useEffect, useState } from "react";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

// React runs effects twice in development, and the answer in the address can be used once only.
let bridging: Promise<void> | null = null;

async function bridge(): Promise<void> {
  const { broadcastResponseToMainFrame } = await import("@azure/msal-browser/redirect-bridge");
  await broadcastResponseToMainFrame();
}

/** Hands the answer of Entra over to the page that asked for it. Does nothing else. */
export function RedirectBridge() {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    bridging ??= bridge();
    bridging.catch(() => setFailed(true));
  }, []);
  return (
    <main className="grid min-h-dvh place-content-center gap-3 p-6 text-center text-[0.875rem] text-muted">
      <h1 className="font-semibold text-foreground">{failed ? t("auth.redirect.failed") : t("auth.redirect.waiting")}</h1>
      {failed ? (
        <a className="text-link underline underline-offset-4" href={pages.overview()}>
          {t("auth.redirect.back")}
        </a>
      ) : null}
    </main>
  );
}
