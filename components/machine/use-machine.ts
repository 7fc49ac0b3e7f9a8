"use client";

import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { MachineDetail } from "@/lib/domain/api";
import type { MachineRef } from "@/lib/domain/machine";

const WHILE_RUNNING_MS = 10_000;

export function machineKey(ref: MachineRef): readonly string[] {
  return ["machine", ref.subscriptionId.toLowerCase(), ref.resourceGroup.toLowerCase(), ref.name.toLowerCase()];
}

/** One machine with everything that is known about it; read again by itself while an operation runs on it. */
export function useMachine(ref: MachineRef) {
  return useQuery({
    queryKey: machineKey(ref),
    queryFn: ({ signal }) => apiFetch<MachineDetail>(api.machine(ref), { signal }),
    refetchInterval: (query) => ((query.state.data?.runningOperations.length ?? 0) > 0 ? WHILE_RUNNING_MS : false),
  });
}
