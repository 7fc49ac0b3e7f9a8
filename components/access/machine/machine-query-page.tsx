"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { MachineFrame, type MachineTab } from "./machine-frame";
import { AccessLoading, AccessUnavailable } from "./unavailable";

export type MachineQueryPageProps<T> = {
  machineRef: MachineRef;
  current: MachineTab;
  title: string;
  intro: string;
  query: UseQueryResult<T>;
  children: (view: T) => ReactNode;
};

/** A page of one machine that shows one answer of the portal: loading, unavailable, or the answer and how to read it again. */
export function MachineQueryPage<T>({ machineRef, current, title, intro, query, children }: MachineQueryPageProps<T>) {
  const refresh = () => void query.refetch();
  return (
    <MachineFrame
      machineRef={machineRef}
      current={current}
      title={title}
      intro={intro}
      actions={
        <Button size="sm" onClick={refresh} disabled={query.isFetching}>
          <RefreshCw aria-hidden className={query.isFetching ? "animate-spin" : ""} />
          {t("access.page.refresh")}
        </Button>
      }
    >
      {query.data !== undefined ? (
        children(query.data)
      ) : query.error !== null ? (
        <AccessUnavailable error={query.error} name={machineRef.name} onRetry={refresh} />
      ) : (
        <AccessLoading name={machineRef.name} />
      )}
    </MachineFrame>
  );
}
