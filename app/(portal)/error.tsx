"use client";

import { Button } from "@/components/ui/button";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { t } from "@/messages/t";

export default function PortalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="mx-auto max-w-2xl p-6">
      <h1 className="sr-only">{t("shell.errorTitle")}</h1>
      <ProblemPanel
        problem={{
          type: "urn:arcwarden:problem:page",
          title: t("shell.errorTitle"),
          status: 0,
          code: "internal",
          detail: t("shell.errorDetail"),
          nextStep: t("shell.errorNext", { digest: error.digest ?? error.name }),
          traceId: error.digest ?? "",
        }}
        actions={
          <Button size="sm" onClick={reset}>
            {t("common.retry")}
          </Button>
        }
      />
    </div>
  );
}
