import "server-only";
import { waveCounts } from "@/lib/db/rollout-places";
import { countsOfRollouts } from "@/lib/db/rollout-read";
import { listRollouts as storedRollouts } from "@/lib/db/rollouts";
import type { RolloutList } from "@/lib/domain/rollout/api";
import { emptyCounts } from "@/lib/domain/rollout/states";
import type { ServiceContext } from "../context";
import { summaryOf } from "./view";

const ENDED_SHOWN = 100;

/** Every roll-out that has not ended and the newest that have: the operator's own, or everybody's of the tenant for Portal.Auditor and Portal.Admin. */
export async function listRollouts(args: { ctx: ServiceContext }): Promise<RolloutList> {
  const { ctx } = args;
  const { tenantId, objectId, portalRoles } = ctx.operator;
  const all = portalRoles.length > 0;
  const { rollouts: rows, olderLeftOut } = await storedRollouts(ctx.db, {
    tenantId,
    operatorObjectId: all ? null : objectId,
    endedLimit: ENDED_SHOWN,
  });
  const ids = rows.map(({ id }) => id);
  const counts = await countsOfRollouts(ctx.db, ids);
  const waves = await waveCounts(ctx.db, ids);
  return {
    rollouts: rows.map((row) => summaryOf(row, counts.get(row.id) ?? emptyCounts(), waves.get(row.id) ?? null)),
    asOf: ctx.clock.now().toISOString(),
    scope: all ? "all" : "own",
    olderLeftOut: olderLeftOut ? ENDED_SHOWN : null,
  };
}
