"use client";

import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { MachineAccessView, MachineReachView } from "@/lib/domain/access/api";
import type { MachineRef } from "@/lib/domain/machine";

function keyOf(kind: string, ref: MachineRef): readonly string[] {
  return [kind, ref.subscriptionId.toLowerCase(), ref.resourceGroup.toLowerCase(), ref.name.toLowerCase()];
}

/** Who can do what on one machine, read from Azure now. */
export function useMachineAccess(ref: MachineRef) {
  return useQuery({
    queryKey: keyOf("machineAccess", ref),
    queryFn: ({ signal }) => apiFetch<MachineAccessView>(api.machineAccess(ref), { signal }),
  });
}

/** What the identity of one machine may do and where. */
export function useMachineReach(ref: MachineRef) {
  return useQuery({
    queryKey: keyOf("machineReach", ref),
    queryFn: ({ signal }) => apiFetch<MachineReachView>(api.machineReach(ref), { signal }),
  });
}
