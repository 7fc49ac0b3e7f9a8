"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { t } from "@/messages/t";

export type Read<T> = { data: T | undefined; error: Error | null; refetch: () => unknown };

/** Loading and error of a read; its content once it is there, also when a later read failed. */
export function ViewFrame<T>({ read, loading, children }: { read: Read<T>; loading: string; children: (data: T) => ReactNode }) {
  const again = (
    <Button size="sm" onClick={() => void read.refetch()}>
      {t("common.retry")}
    </Button>
  );
  if (read.data !== undefined) {
    return (
      <>
        {read.error === null ? null : <ProblemPanel problem={toClientProblem(read.error)} actions={again} />}
        {children(read.data)}
      </>
    );
  }
  if (read.error !== null) {
    return (
      <Card>
        <CardBody>
          <ProblemPanel problem={toClientProblem(read.error)} actions={again} />
        </CardBody>
      </Card>
    );
  }
  return (
    <div aria-busy="true">
      <p role="status" className="mb-2 text-[0.8125rem] text-muted">
        {loading}
      </p>
      <Skeleton className="h-64" />
    </div>
  );
}
