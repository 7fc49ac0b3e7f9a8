"use client";

import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { RoleCatalogue } from "@/lib/domain/access/api";

/** Every role definition the operator can see, with what it gives on machines. */
export function useRoles() {
  return useQuery({
    queryKey: ["accessRoles"],
    queryFn: ({ signal }) => apiFetch<RoleCatalogue>(api.accessRoles(), { signal }),
    staleTime: 60_000,
  });
}
