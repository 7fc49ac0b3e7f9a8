import "server-only";
import { sql } from "drizzle-orm";
import type { Database } from "./database";
import { queryRows } from "./query";

/** Up to so many machines are named one by one; of larger roll-outs one a resource group stands for the others. */
const SINGLE_MACHINES = 200;

export type RolloutPlace = { machineId: string; subscriptionId: string; resourceGroup: string };

/** Where a roll-out works: every machine of a small one, one machine of each resource group of a large one. */
export async function rolloutPlaces(db: Database, rolloutId: string): Promise<RolloutPlace[]> {
  const rows = await queryRows(
    db.session,
    sql`with own as (
        select machine_id, subscription_id, resource_group, position, count(*) over () as n,
          row_number() over (partition by lower(subscription_id), lower(resource_group) order by position) as place
        from rollout_task where rollout_id = ${rolloutId}::uuid)
      select machine_id, subscription_id, resource_group from own where n <= ${SINGLE_MACHINES} or place = 1 order by position`,
  );
  return rows.map((row) => ({
    machineId: String(row.machine_id),
    subscriptionId: String(row.subscription_id),
    resourceGroup: String(row.resource_group),
  }));
}

/** How many waves each of these roll-outs has. */
export async function waveCounts(db: Database, rolloutIds: readonly string[]): Promise<Map<string, number>> {
  if (rolloutIds.length === 0) return new Map();
  const rows = await queryRows(
    db.session,
    sql`select rollout_id, count(*)::int as n from rollout_wave
      where rollout_id in (select json_array_elements_text(${JSON.stringify(rolloutIds)}::json)::uuid) group by rollout_id`,
  );
  return new Map(rows.map((row) => [String(row.rollout_id), Number(row.n)]));
}
