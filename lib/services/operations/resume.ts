import "server-only";
import type { AzureClients } from "@/lib/azure/ports";
import type { Database } from "@/lib/db/database";
import { type OperationRow, resumeOperations, waitingOperations } from "@/lib/db/operations";
import type { Operator } from "@/lib/domain/operator";
import { isActionAllowed, MACHINE_ACTIONS } from "@/lib/domain/permissions";
import type { Clock } from "../context";
import { carrierKey } from "./access";
import { storedRef } from "./stored";

/** The operations a person may carry on: own ones, and others' where Azure lets the person write the extension. */
async function carriable(azure: AzureClients, operator: Operator, rows: readonly OperationRow[]): Promise<string[]> {
  const ids: string[] = [];
  for (const row of rows) {
    if (row.operatorObjectId === operator.objectId) {
      // An operation that waits for a confirmed sign-in is sent when its own request is repeated, not behind the operator's back.
      if (row.state !== "planned") ids.push(row.id);
      continue;
    }
    // What may have to be sent again goes out in its own operator's name only.
    if (row.state !== "provisioning") continue;
    const entries = await azure.authorization.permissionsAtMachine(storedRef(row)).catch(() => []);
    if (isActionAllowed(entries, MACHINE_ACTIONS.writeExtension)) ids.push(row.id);
  }
  return ids;
}

/** Carries waiting operations of the tenant on with this person's rights. Returns how many. */
export async function resumeWaiting(args: {
  db: Database;
  azure: AzureClients;
  operator: Operator;
  clock: Clock;
}): Promise<number> {
  const { db, azure, operator, clock } = args;
  const ids = await carriable(azure, operator, await waitingOperations(db, operator.tenantId));
  await resumeOperations(
    db,
    ids,
    operator.objectId,
    clock.now(),
    `${operator.name} signed in; it goes on with that person's rights.`,
  );
  return ids.length;
}

const EVERY_MS = 10_000;

/** Says yes at most once in ten seconds per person, so that a busy browser does not ask the store on every request. */
export class ResumeThrottle {
  private readonly last = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  due(operator: Operator): boolean {
    const key = carrierKey(operator);
    const now = this.now();
    if (now - (this.last.get(key) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return false;
    for (const [other, at] of this.last) if (now - at >= EVERY_MS) this.last.delete(other);
    this.last.set(key, now);
    return true;
  }
}
