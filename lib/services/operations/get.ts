import "server-only";
import { findOperation, type OperationRow } from "@/lib/db/operations";
import type { OperationView } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import { isActionAllowed, MACHINE_ACTIONS } from "@/lib/domain/permissions";
import type { ServiceContext } from "../context";
import { storedRef } from "./stored";
import { viewOf } from "./view";

function notFound(): AppError {
  return new AppError({
    code: "not_found",
    message: "There is no such operation, or you may not see it.",
    nextStep: "Open the machine: its page lists the operations that run.",
  });
}

/**
 * The operation when the operator may see it: an own one, any as Portal.Auditor or Portal.Admin, or one on a machine whose
 * extensions Azure lets the operator read. Everything else is "not found", so that ids tell nothing.
 */
export async function readableOperation(ctx: ServiceContext, id: string): Promise<OperationRow> {
  const row = await findOperation(ctx.db, id);
  if (row === null || row.tenantId !== ctx.operator.tenantId) throw notFound();
  if (row.operatorObjectId === ctx.operator.objectId || ctx.operator.portalRoles.length > 0) return row;
  const entries = await ctx.azure.authorization.permissionsAtMachine(storedRef(row), { signal: ctx.signal });
  if (!isActionAllowed(entries, MACHINE_ACTIONS.readExtension)) throw notFound();
  return row;
}

export async function getOperation(args: { ctx: ServiceContext; id: string }): Promise<OperationView> {
  return viewOf(args.ctx.db, await readableOperation(args.ctx, args.id));
}
