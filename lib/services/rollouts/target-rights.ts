import "server-only";
import type { PermissionEntry } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import { isActionAllowed } from "@/lib/domain/permissions";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";

type RightsContext = Pick<ServiceContext, "azure" | "signal" | "log">;
export type Place = { machineId: string; subscriptionId: string; resourceGroup: string };

/** Places asked at the same time. */
const LANES = 12;
/** Rights that stand on single machines are looked for on this many; beyond it the resource group's answer holds. */
const MACHINES_ASKED = 200;

type Answer = boolean | null;
type Asked = { scope: string; of: Place[] };

async function askAt(ctx: RightsContext, scope: string, actions: readonly string[]): Promise<Answer> {
  let entries: PermissionEntry[];
  try {
    entries = await ctx.azure.access.permissionsAt(scope, { signal: ctx.signal });
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    // Where Azure shows nothing to this person, it grants nothing that a roll-out needs.
    if (error instanceof AppError && (error.code === "forbidden" || error.code === "not_found")) return false;
    logUnread(ctx.log, "rollout.rightsUnreadable", error);
    return null;
  }
  return actions.every((action) => isActionAllowed(entries, action));
}

function byScope(places: readonly Place[], scopeOf: (place: Place) => string): Asked[] {
  const asked = new Map<string, Asked>();
  for (const place of places) {
    const scope = scopeOf(place);
    const entry = asked.get(scope.toLowerCase()) ?? { scope, of: [] };
    entry.of.push(place);
    asked.set(scope.toLowerCase(), entry);
  }
  return [...asked.values()];
}

/**
 * Whether Azure grants the operator all of these actions at each machine, by machine id in lower case; null = it could not say.
 * A right given above is asked for once: first at the subscription, then at the resource groups, then at single machines.
 */
export async function rightsAtMachines(
  ctx: RightsContext,
  places: readonly Place[],
  actions: readonly string[],
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const levels: ((place: Place) => string)[] = [
    ({ subscriptionId }) => `/subscriptions/${subscriptionId}`,
    ({ subscriptionId, resourceGroup }) => `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
    ({ machineId }) => machineId,
  ];
  let open: readonly Place[] = places;
  for (const [depth, scopeOf] of levels.entries()) {
    if (depth === 2 && open.length > MACHINES_ASKED) break;
    const next: Place[] = [];
    await inLanes(byScope(open, scopeOf), LANES, async ({ scope, of }) => {
      const answer = await askAt(ctx, scope, actions);
      for (const { machineId } of of) answers.set(machineId.toLowerCase(), answer);
      if (answer !== true) next.push(...of);
    });
    open = next;
    if (open.length === 0) break;
  }
  return answers;
}
