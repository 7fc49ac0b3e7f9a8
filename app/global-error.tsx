"use client";

import { t } from "@/messages/t";

/** The last net: the root layout itself failed, so nothing of it, not even its styles, can be used here. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>{t("auth.crash.title")}</h1>
          <p>{t("auth.crash.text")}</p>
          {error.digest === undefined ? null : <p>{t("auth.crash.digest", { digest: error.digest })}</p>}
          <button type="button" onClick={() => window.location.reload()}>
            {t("auth.crash.reload")}
          </button>
        </main>
      </body>
    </html>
  );
}
