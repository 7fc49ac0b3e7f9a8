import "server-only";
import { activationTimes, findElevationBatch, recentElevationBatches } from "@/lib/db/elevation";
import type { ElevationBatch, ElevationBatchList } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { elevationBatchView } from "./view";

const SHOWN = 20;

function seesAll({ operator }: ServiceContext): boolean {
  return operator.portalRoles.includes("Portal.Auditor") || operator.portalRoles.includes("Portal.Admin");
}

/** One batch: the operator's own, or any of the tenant for auditors and administrators of the portal. */
export async function getElevationBatch(args: { ctx: ServiceContext; id: string }): Promise<ElevationBatch> {
  const { ctx, id } = args;
  const batch = await findElevationBatch(ctx.db, id);
  const isMine = batch?.operatorObjectId === ctx.operator.objectId;
  if (batch === null || batch.tenantId !== ctx.operator.tenantId || !(isMine || seesAll(ctx))) {
    throw new AppError({
      code: "not_found",
      message: "There are no such requests, or they are another operator's.",
      nextStep: "Open them from the list of your requests.",
    });
  }
  return elevationBatchView(ctx.db, batch, ctx.clock.now());
}

/** The newest batches of the operator and how long activations of the tenant took until they worked. */
export async function listElevationBatches(args: { ctx: ServiceContext }): Promise<ElevationBatchList> {
  const { ctx } = args;
  const { tenantId, objectId } = ctx.operator;
  const now = ctx.clock.now();
  const rows = await recentElevationBatches(ctx.db, { tenantId, operatorObjectId: objectId, limit: SHOWN });
  const batches = await Promise.all(rows.map((row) => elevationBatchView(ctx.db, row, now)));
  return { batches, effectTimes: await activationTimes(ctx.db, tenantId), asOf: now.toISOString() };
}
