import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { t } from "@/messages/t";

export function PageFrame({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5 print:max-w-none print:p-0">
      {children}
    </div>
  );
}

export function Loading({ words }: { words: string }) {
  return (
    <div aria-busy="true" className="grid grid-cols-1 gap-3">
      <p role="status" className="text-[0.8125rem] text-muted">
        {words}
      </p>
      <Skeleton className="h-20" />
      <Skeleton className="h-56" />
    </div>
  );
}

/** Nothing could be read. A refusal by right, by quota or because there is nothing says so in its title. */
export function Unavailable({ error, title, onRetry }: { error: unknown; title?: string; onRetry: () => void }) {
  const problem = toClientProblem(error);
  const named =
    problem.code === "forbidden"
      ? t("rolloutLive.page.forbidden")
      : problem.code === "throttled"
        ? t("rolloutLive.page.throttled")
        : problem.code === "not_found"
          ? t("rolloutLive.page.notFound")
          : (title ?? problem.title);
  return (
    <ProblemPanel
      problem={{ ...problem, title: named }}
      actions={
        <Button size="sm" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      }
    />
  );
}
