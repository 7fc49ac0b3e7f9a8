"use client";

import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { InputSource } from "@/lib/domain/access/types";
import { useSession } from "../session";
import type { PersonView } from "./people-types";
import { useAccessAnswer, useAccessStatus } from "./use-access";

/** Parts without which "nowhere" cannot be said. */
const DECIDES: readonly InputSource[] = ["assignments", "roleDefinitions", "activeInstances"];
const GROUPS_ASKED = 20;

type Held = { own: PersonView | null; unread: (PersonView | null)[] };

function gives(person: PersonView | null, anyOf: readonly AccessCapabilityId[]): boolean {
  return (person?.grants ?? []).some(
    ({ kind, capabilities }) => kind.kind !== "eligible" && capabilities.some((one) => anyOf.includes(one)),
  );
}

/**
 * Whether the operator holds one of the capabilities anywhere in the tenant, from the access that was read; null while that is
 * not known. It does not begin to read access.
 */
export function useHoldsAnywhere(): (anyOf: readonly AccessCapabilityId[]) => boolean | null {
  const { account } = useSession();
  const { incomplete } = useAccessStatus();
  const id = account?.objectId ?? "";
  // The operator may be a member of a group that could not be read; it matters when that group holds the capability.
  const groups = incomplete.flatMap(({ source, at }) => (source === "groups" && at !== null ? [at] : [])).slice(0, GROUPS_ASKED);
  const asked = `own:${id}:${groups.join()}`;
  const { value, key } = useAccessAnswer<Held>(asked, async (backend) => {
    const [own = null, ...unread] = await Promise.all([id, ...groups].map((one) => backend.call("person", one)));
    return { own, unread };
  });
  return (anyOf) => {
    if (value === undefined || key !== asked || id === "") return null;
    if (gives(value.own, anyOf)) return true;
    const isOpen =
      value.unread.some((group) => gives(group, anyOf)) ||
      incomplete.some(({ source, at }) => DECIDES.includes(source) || (source === "groups" && at === null));
    return isOpen ? null : false;
  };
}
