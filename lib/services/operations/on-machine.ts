import "server-only";
import { runningOperations } from "@/lib/db/operations";
import type { OperationView } from "@/lib/domain/api";
import { type MachineRef, machineId } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { viewOf } from "./view";

/** Operations on a machine that have not ended, whoever started them. For callers who have read the machine already. */
export async function operationsOnMachine(ctx: ServiceContext, ref: MachineRef): Promise<OperationView[]> {
  const rows = await runningOperations(ctx.db, ctx.operator.tenantId, machineId(ref));
  return Promise.all(rows.map((row) => viewOf(ctx.db, row)));
}
