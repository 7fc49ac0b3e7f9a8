"use client";

import { Button } from "@/components/ui/button";
import { t } from "@/messages/t";

/** The last net: the root layout itself failed. Styles are there most of the time; without them it must read well too. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <head>
        <title>{t("auth.crash.title")}</title>
      </head>
      <body>
        <main className="mx-auto grid min-h-dvh max-w-lg content-center justify-items-start gap-3 p-6">
          <h1 className="font-semibold text-xl">{t("auth.crash.title")}</h1>
          <p className="text-muted">{t("auth.crash.text")}</p>
          {error.digest === undefined ? null : (
            <p className="font-mono text-xs">{t("auth.crash.digest", { digest: error.digest })}</p>
          )}
          <Button variant="primary" size="lg" onClick={() => window.location.reload()}>
            {t("auth.crash.reload")}
          </Button>
        </main>
      </body>
    </html>
  );
}
