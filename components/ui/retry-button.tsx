"use client";

import { t } from "@/messages/t";
import { Button } from "./button";

/** The way on from a read that failed; it stands among the actions of the problem. */
export function RetryButton({ onRetry }: { onRetry: () => unknown }) {
  return (
    <Button size="sm" onClick={() => void onRetry()}>
      {t("common.retry")}
    </Button>
  );
}
