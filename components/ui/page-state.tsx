"use client";

import type { ReactNode } from "react";
import { toClientProblem } from "@/lib/client/api-problem";
import type { ErrorCode } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { Button } from "./button";
import { cn } from "./class-names";
import { ProblemPanel } from "./problem-panel";
import { Skeleton } from "./skeleton";

/** The column in which a page stands. */
export function PageFrame({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className={cn("mx-auto grid w-full min-w-0 max-w-[96rem] grid-cols-1 gap-4 px-4 py-4 md:px-5", className)}>
      {children}
    </div>
  );
}

/** Says what is read, with place holders where it will stand. */
export function Loading({ words }: { words: string }) {
  return (
    <div aria-busy="true" className="grid grid-cols-1 gap-3">
      <p role="status" className="text-[0.8125rem] text-muted">
        {words}
      </p>
      <Skeleton className="h-24" />
      <Skeleton className="h-64" />
    </div>
  );
}

export type UnreadProps = {
  error: unknown;
  /** For every refusal without a title of its own; without it the problem's own title stands. */
  title?: string | undefined;
  /** Titles by the kind of refusal. */
  titles: Partial<Record<ErrorCode, string>>;
  onRetry: () => void;
};

/** Nothing could be read: why, and the way to try again. A refusal by right or by quota says so in its title. */
export function Unread({ error, title, titles, onRetry }: UnreadProps) {
  const problem = toClientProblem(error);
  return (
    <ProblemPanel
      problem={{ ...problem, title: titles[problem.code] ?? title ?? problem.title }}
      actions={
        <Button size="sm" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      }
    />
  );
}
