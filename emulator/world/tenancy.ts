import type { World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

/** Tenant of a subscription; GUIDs are compared without case. */
export function tenantOfSubscription(world: World, subscriptionId: string): string {
  const wanted = subscriptionId.toLowerCase();
  return world.subscriptions.find((sub) => sub.id === wanted)?.tenantId ?? CONTOSO_TENANT_ID;
}
