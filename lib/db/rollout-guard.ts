import "server-only";
import { sql } from "drizzle-orm";
import type { WaitingWord } from "@/lib/domain/rollout/types";
import type { DbSession } from "./database";
import { queryRows } from "./query";
import { TASK_LOCK_ORDER } from "./rollouts";

const ASIDE_SECONDS = 15;
const OTHER_WORK: WaitingWord = "otherWork";

export type RolloutWriter = { rolloutId: string; name: string; operatorName: string };

/**
 * Keeps roll-outs from beginning on a machine inside the caller's transaction, which is about to store a single operation on it.
 * Answers with the roll-out that writes to the machine already; null = none. Waiting tasks are changed and not only looked at:
 * a claim that runs at this moment then sees that they are not due any more.
 */
export async function holdMachine(tx: DbSession, machineKey: string, at: Date): Promise<RolloutWriter | null> {
  const later = new Date(at.getTime() + ASIDE_SECONDS * 1000).toISOString();
  await tx.execute(sql`
    with due as (
      select t.rollout_id, t.position from rollout_task t
      where t.machine_key = ${machineKey} and t.state = 'queued' and t.not_before < ${later}::timestamptz ${TASK_LOCK_ORDER})
    update rollout_task t set not_before = ${later}::timestamptz, waiting_for = ${OTHER_WORK}, updated_at = ${at.toISOString()}::timestamptz
    from due where t.rollout_id = due.rollout_id and t.position = due.position`);
  const rows = await queryRows(
    tx,
    sql`select r.id, r.name, r.operator_name from rollout_task t join rollout r on r.id = t.rollout_id
      where t.machine_key = ${machineKey} and t.state in ('submitting', 'unknown', 'provisioning', 'granting', 'removing')`,
  );
  const [row] = rows;
  return row === undefined
    ? null
    : { rolloutId: String(row.id), name: String(row.name), operatorName: String(row.operator_name) };
}
