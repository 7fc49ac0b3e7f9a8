import "server-only";
import type { AzureClients } from "@/lib/azure/ports";
import { appendAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/database";
import { carryRollout, demandIn, type RolloutRow, waitingRollouts } from "@/lib/db/rollouts";
import type { Operator } from "@/lib/domain/operator";
import type { Clock, Logger, ServiceContext } from "../context";
import { mayCarry } from "./viewer";

type CarryArgs = {
  db: Database;
  azure: AzureClients;
  operator: Operator;
  clock: Clock;
  log: Logger;
  traceId: string;
} & Pick<ServiceContext, "demanded">;

/** From now on this person's sign-in carries the roll-out. False when it has ended meanwhile. The caller knows the right. */
export async function carryRolloutOn(args: Omit<CarryArgs, "azure" | "log">, row: RolloutRow): Promise<boolean> {
  const { db, operator, clock, traceId } = args;
  const at = clock.now();
  const who = { objectId: operator.objectId, name: operator.name };
  return db.session.transaction(async (tx) => {
    if (!(await carryRollout(tx, { id: row.id, ...who, at }))) return false;
    // The same person with a new sign-in changes nothing about whose rights are used.
    if (row.carrierObjectId === operator.objectId) return true;
    await appendAudit(tx, {
      at,
      tenantId: operator.tenantId,
      operatorObjectId: operator.objectId,
      operatorName: operator.name,
      action: "rollout.carry",
      targetId: row.id,
      outcome: "done",
      operationId: row.id,
      traceId,
      detail: { carrier: who, before: { objectId: row.carrierObjectId, name: row.carrierName } },
    });
    return true;
  });
}

/**
 * Carries waiting roll-outs of the tenant on with the rights of a person who has come back: own ones, and those of others whose
 * work Azure grants this person at every machine. Returns how many.
 */
export async function carryRollouts(args: CarryArgs): Promise<number> {
  const { db, operator } = args;
  let carried = 0;
  for (const row of await waitingRollouts(db, operator.tenantId)) {
    // A sign-in that Azure has refused for it, here or at another portal, is confirmed first.
    if ((args.demanded?.(demandIn(row)) ?? null) !== null) continue;
    const own = row.operatorObjectId === operator.objectId;
    const may = own || (await mayCarry({ ...args, signal: new AbortController().signal }, row));
    if (may && (await carryRolloutOn(args, row))) carried += 1;
  }
  return carried;
}
