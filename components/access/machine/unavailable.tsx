"use client";

import { ServerOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { t } from "@/messages/t";

function title(code: string, name: string): string {
  if (code === "not_found") return t("access.page.notFound", { name });
  if (code === "forbidden") return t("access.page.forbidden", { name });
  return code === "throttled" ? t("access.page.throttled", { name }) : t("access.page.failed", { name });
}

/** Access cannot be shown: why, in Azure's words, and the way on. */
export function AccessUnavailable({ error, name, onRetry }: { error: unknown; name: string; onRetry: () => void }) {
  const problem = toClientProblem(error);
  return (
    <div className="grid grid-cols-1 gap-4">
      <EmptyState
        icon={ServerOff}
        title={title(problem.code, name)}
        className="py-8"
        actions={<Button onClick={onRetry}>{t("common.retry")}</Button>}
      />
      <ProblemPanel problem={problem} />
    </div>
  );
}

/** Place holders where the parts will stand. */
export function AccessLoading({ name }: { name: string }) {
  return (
    <div aria-busy="true" className="grid grid-cols-1 gap-4">
      <p role="status" className="text-[0.8125rem] text-muted">
        {t("access.page.loading", { name })}
      </p>
      <div className="grid gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <Skeleton className="h-96" />
        <Skeleton className="h-96" />
      </div>
    </div>
  );
}
