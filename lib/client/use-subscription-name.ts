"use client";

import { useSession } from "./session";

/** The name of a subscription that the operator may read; the id of any other. */
export function useSubscriptionName(): (id: string) => string {
  const { info } = useSession();
  return (id) => info?.subscriptions.find((one) => one.id.toLowerCase() === id.toLowerCase())?.name ?? id;
}
