import "server-only";
import { recentOperations } from "@/lib/db/operations";
import type { OperationView } from "@/lib/domain/api";
import type { ServiceContext } from "../context";
import { viewOf } from "./view";

const LIMIT = 50;

/** The newest operations: the operator's own, or everybody's of the tenant for Portal.Auditor and Portal.Admin. */
export async function listOperations(args: {
  ctx: ServiceContext;
  runningOnly: boolean;
}): Promise<{ operations: OperationView[]; asOf: string }> {
  const { ctx, runningOnly } = args;
  const all = ctx.operator.portalRoles.length > 0;
  const rows = await recentOperations(ctx.db, {
    tenantId: ctx.operator.tenantId,
    operatorObjectId: all ? null : ctx.operator.objectId,
    runningOnly,
    limit: LIMIT,
  });
  return { operations: await Promise.all(rows.map((row) => viewOf(ctx.db, row))), asOf: ctx.clock.now().toISOString() };
}
