/** The name of a subscription among those that the operator may read; undefined for any other. */
export function subscriptionNameIn(subscriptions: readonly { id: string; name: string }[], id: string): string | undefined {
  return subscriptions.find((one) => one.id.toLowerCase() === id.toLowerCase())?.name;
}
