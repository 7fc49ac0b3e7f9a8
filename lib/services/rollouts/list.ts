import "server-only";
import { waveCounts } from "@/lib/db/rollout-places";
import { countsOfRollouts } from "@/lib/db/rollout-read";
import { listRollouts as storedRollouts } from "@/lib/db/rollouts";
import type { RolloutList } from "@/lib/domain/rollout/api";
import { emptyCounts } from "@/lib/domain/rollout/states";
import type { ServiceContext } from "../context";
import { summaryOf } from "./view";

const SHOWN = 100;

/** The newest roll-outs: the operator's own, or everybody's of the tenant for Portal.Auditor and Portal.Admin. */
export async function listRollouts(args: { ctx: ServiceContext }): Promise<RolloutList> {
  const { ctx } = args;
  const { tenantId, objectId, portalRoles } = ctx.operator;
  const all = portalRoles.length > 0;
  const rows = await storedRollouts(ctx.db, { tenantId, operatorObjectId: all ? null : objectId, limit: SHOWN });
  const ids = rows.map(({ id }) => id);
  const counts = await countsOfRollouts(ctx.db, ids);
  const waves = await waveCounts(ctx.db, ids);
  return {
    rollouts: rows.map((row) => summaryOf(row, counts.get(row.id) ?? emptyCounts(), waves.get(row.id) ?? null)),
    asOf: ctx.clock.now().toISOString(),
    scope: all ? "all" : "own",
  };
}
