import type { EmulatorContext, WireRequest } from "../core/contract.ts";
import { auditOf, type PimStep } from "../world/pim-audit.ts";
import type { PimRequest } from "../world/pim-types.ts";

/** Notes a step of a request in the directory's audit log: who, when, why. */
export function auditStep(ctx: EmulatorContext, request: WireRequest, row: PimRequest, step: PimStep, reason?: string): void {
  const { world } = ctx;
  const actorId = request.caller?.objectId ?? null;
  const entry = { step, atMs: ctx.clock.nowMs(), actorId, correlationId: request.correlationId };
  world.pim.audits.push(auditOf(world, row, reason === undefined ? entry : { ...entry, reason }));
}

/** A new request, and its completion when nothing stands between; or its cancellation. */
export function auditRequest(ctx: EmulatorContext, request: WireRequest, row: PimRequest, step: PimStep = "requested"): void {
  const reason = row.justification ?? undefined;
  auditStep(ctx, request, row, step, reason);
  if (step !== "requested" || row.waitsFor !== null) return;
  ctx.world.pim.audits.push(
    auditOf(ctx.world, row, {
      step: "completed",
      atMs: row.provisionedAtMs,
      actorId: request.caller?.objectId ?? null,
      correlationId: request.correlationId,
      ...(reason === undefined ? {} : { reason }),
    }),
  );
}
