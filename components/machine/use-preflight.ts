"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { PreflightInput, PreflightResult } from "@/lib/domain/api";
import type { MachineRef } from "@/lib/domain/machine";
import { machineKey } from "./use-machine";

/** The checks for these settings. Asked anew for every value, and kept while the next answer is on its way. */
export function usePreflight(ref: MachineRef, input: PreflightInput, enabled: boolean) {
  return useQuery({
    queryKey: [...machineKey(ref), "preflight", input.extensionName, input.mdmId],
    queryFn: ({ signal }) => apiFetch<PreflightResult>(api.preflight(ref), { method: "POST", body: input, signal }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
