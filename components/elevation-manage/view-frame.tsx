"use client";

import { EyeOff, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import type { Completeness } from "@/lib/domain/fleet-wire";
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

/** Without one of these a list may be empty although something is there; names and members of groups empty none. */
const LISTED = new Set(["scopes", "assignments", "activeInstances", "eligibleInstances"]);

export type NothingProps = {
  icon: LucideIcon;
  /** Something is there, but the filter leaves none of it. */
  filtered: boolean;
  completeness: Completeness;
  /** What the list is made of; without one of these it may be empty although something is there. */
  sources?: ReadonlySet<string>;
  title: string;
  why: string;
};

/** Why a table is empty: the filter, nothing there, or not readable. The last is never shown as the second. */
export function Nothing({ icon, filtered, completeness, sources = LISTED, title, why }: NothingProps) {
  const first = completeness.missing.find(({ source }) => sources.has(source));
  if (filtered) return <EmptyState icon={icon} title={t("elevationManage.eligibilities.noMatch")} />;
  if (first === undefined) {
    return (
      <EmptyState icon={icon} title={title}>
        {why}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={EyeOff} title={t("elevationManage.unread")}>
      <div className="mt-2 grid gap-2 text-left">
        <p className="font-medium text-foreground text-[0.8125rem]">{first.label}</p>
        <ProblemPanel problem={first.problem} live={false} />
      </div>
    </EmptyState>
  );
}
