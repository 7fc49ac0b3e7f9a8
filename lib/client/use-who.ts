"use client";

import { useSession } from "./session";

/** The person whose answers a query keeps, as a part of its key; empty while nobody is signed in. */
export function useWho(): string {
  const { account } = useSession();
  return account === null ? "" : `${account.tenantId}/${account.objectId}`;
}
