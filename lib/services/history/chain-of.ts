import "server-only";
import { createScopeParents, normaliseScope } from "@/lib/domain/access/scope";
import { readScopes } from "../access/scopes";
import type { ServiceContext } from "../context";

export type MachineChain = { scopes: string[]; subscription: string; complete: boolean };

/**
 * Every scope whose assignments reach a machine, by the hierarchy of today. When the hierarchy cannot be read, the machine,
 * its group, its subscription and the tenant are left, and the answer says that management groups are missing.
 */
export async function chainOf(ctx: ServiceContext, machineId: string): Promise<MachineChain> {
  const scope = normaliseScope(machineId);
  const subscriptionId = scope.split("/")[2] ?? "";
  const subscription = `/subscriptions/${subscriptionId}`;
  const tree = await readScopes(ctx, [subscriptionId]).catch((error: unknown) => {
    if (ctx.signal.aborted) throw error;
    return null;
  });
  const parents = createScopeParents(tree ?? { managementGroups: [], subscriptions: [] });
  const known = tree?.subscriptions.some(({ id }) => normaliseScope(id).endsWith(subscriptionId)) ?? false;
  return { scopes: parents.chain(scope), subscription, complete: known };
}
