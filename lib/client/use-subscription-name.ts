"use client";

import { useSession } from "./session";
import { subscriptionNameIn } from "./subscription-name";

/** The name of a subscription that the operator may read; the id of any other. */
export function useSubscriptionName(): (id: string) => string {
  const { info } = useSession();
  return (id) => subscriptionNameIn(info?.subscriptions ?? [], id) ?? id;
}
