"use client";

import { TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { t } from "@/messages/t";

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main id="main" className="grid min-h-dvh place-content-center">
      <h1 className="sr-only">{t("auth.crash.title")}</h1>
      <EmptyState
        icon={TriangleAlert}
        title={t("auth.crash.title")}
        actions={
          <Button variant="primary" size="lg" onClick={reset}>
            {t("auth.crash.again")}
          </Button>
        }
      >
        <p>{t("auth.crash.text")}</p>
        {error.digest === undefined ? null : (
          <p className="mt-2 font-mono text-xs">{t("auth.crash.digest", { digest: error.digest })}</p>
        )}
      </EmptyState>
    </main>
  );
}
