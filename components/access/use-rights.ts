"use client";

import { useQuery } from "@tanstack/react-query";
import type { PersonView } from "@/lib/client/access/people-types";
import { useAccessAnswer, useAccessStatus } from "@/lib/client/access/use-access";
import { apiFetch } from "@/lib/client/api";
import { useSession } from "@/lib/client/session";
import { api } from "@/lib/config/routes";
import type { AccessRights, AccessRightsList, OperatorRight } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { allOf, rightOf } from "@/lib/domain/access/rights";
import type { InputSource } from "@/lib/domain/access/types";

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
/** Parts without which "nowhere" cannot be said. */
const DECIDES: readonly InputSource[] = ["assignments", "roleDefinitions", "activeInstances"];
const GROUPS_ASKED = 20;

type Held = { own: PersonView | null; unread: (PersonView | null)[] };

function gives(person: PersonView | null, name: ChangeRight): boolean {
  return (person?.grants ?? []).some(
    ({ kind, capabilities }) => kind.kind !== "eligible" && capabilities.some((one) => GIVES[name].includes(one)),
  );
}

/** Whether the operator holds a right anywhere in the tenant, from the access that was read; open while that is not whole. */
export function useRightAnywhere(name: ChangeRight): OperatorRight {
  const { account } = useSession();
  const { incomplete } = useAccessStatus();
  const id = account?.objectId ?? "";
  // The operator may be a member of a group that could not be read; it matters when that group holds the right.
  const groups = incomplete.flatMap(({ source, at }) => (source === "groups" && at !== null ? [at] : [])).slice(0, GROUPS_ASKED);
  const asked = `own:${id}:${groups.join()}`;
  const { value, key } = useAccessAnswer<Held>(asked, async (backend) => {
    const [own = null, ...unread] = await Promise.all([id, ...groups].map((one) => backend.call("person", one)));
    return { own, unread };
  });
  if (value === undefined || key !== asked || id === "") return rightOf(name, null);
  if (gives(value.own, name)) return rightOf(name, true);
  const isOpen =
    value.unread.some((group) => gives(group, name)) ||
    incomplete.some(({ source, at }) => DECIDES.includes(source) || (source === "groups" && at === null));
  return rightOf(name, isOpen ? null : false);
}
