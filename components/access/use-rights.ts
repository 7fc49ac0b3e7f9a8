"use client";

import { useQuery } from "@tanstack/react-query";
import { useHoldsAnywhere } from "@/lib/client/access/use-holds-anywhere";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { AccessRights, AccessRightsList, OperatorRight } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { allOf, rightOf } from "@/lib/domain/access/rights";

export type ChangeRight = "assignRoles" | "removeRoles" | "defineRoles";

const FRESH_MS = 5 * 60_000;
const MOST_SCOPES = 100;

/** Key of every question about the operator's own rights; a written change makes all of them stale. */
export const RIGHTS_KEY = "accessRights";

/**
 * What the operator may do at scopes, as Azure says it. A right that is not known yet, or that Azure cannot tell, is open:
 * the control stays on and the preview decides.
 */
export function useRights(scopes: readonly string[]): (name: ChangeRight, at: readonly string[]) => OperatorRight {
  const distinct = [...new Set(scopes.map((scope) => scope.toLowerCase()))].sort().slice(0, MOST_SCOPES);
  const { data } = useQuery({
    queryKey: [RIGHTS_KEY, distinct],
    queryFn: ({ signal }) =>
      apiFetch<AccessRightsList>(api.accessRightsList(), { method: "POST", body: { scopes: distinct }, signal }),
    enabled: distinct.length > 0,
    staleTime: FRESH_MS,
  });
  const known = new Map<string, AccessRights>((data?.rights ?? []).map((rights) => [rights.scope.toLowerCase(), rights]));
  return (name, at) =>
    allOf(
      at.map((scope) => known.get(scope.toLowerCase())?.[name] ?? rightOf(name, null)),
      name,
    );
}

const GIVES: Record<ChangeRight, readonly AccessCapabilityId[]> = {
  assignRoles: ["assignRoles", "assignRolesLimited"],
  removeRoles: ["assignRoles", "assignRolesLimited"],
  defineRoles: ["defineRoles"],
};

/** Whether the operator holds a right anywhere in the tenant, from the access that was read; open while that is not whole. */
export function useRightAnywhere(name: ChangeRight): OperatorRight {
  return rightOf(name, useHoldsAnywhere()(GIVES[name]));
}
