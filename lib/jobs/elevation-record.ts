import "server-only";
import { appendAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/database";
import {
  type ClaimedElevation,
  type ElevationItemPatch,
  type ElevationItemRow,
  endActivations,
  patchElevation,
} from "@/lib/db/elevation";
import type { AuditAction, AuditOutcome } from "@/lib/domain/api";
import type { RefusalId } from "@/lib/domain/elevation/refusals";
import type { ElevationActionKind, ElevationItem, ElevationRefusal } from "@/lib/domain/elevation/write-api";
import type { AzureFailure } from "@/lib/domain/errors";
import type { RunnerLog } from "./operation-record";

export type ElevationDeps = {
  db: Database;
  now: () => Date;
  log: RunnerLog;
  /** Told after each committed change of a batch. */
  changed: (batch: ClaimedElevation["batch"]) => void;
};

/** Which moves stand in the audit. A request that Azure has taken and nobody has decided is not known to be done. */
const AUDITED: Partial<Record<ElevationItemRow["state"], Exclude<AuditOutcome, "intent">>> = {
  waiting: "unknown",
  done: "done",
  refused: "refused",
  canceled: "failed",
  failed: "failed",
  unknown: "unknown",
};

/** The audit's name of an action. */
export function auditActionOf(kind: ElevationActionKind): AuditAction {
  return `elevation.${kind}`;
}

/** A refusal as the item stores it. */
export function refusalText(id: RefusalId, values: ElevationRefusal["values"] = {}, azure: AzureFailure | null = null): string {
  const refusal: ElevationRefusal = { id, values, azure };
  return JSON.stringify(refusal);
}

export function decidedText(decidedBy: ElevationItem["decidedBy"]): string | null {
  return decidedBy === null ? null : JSON.stringify(decidedBy);
}

/**
 * Moves an item with its audit entry in one transaction; `sentence` is the audit's. Null when another holder has taken it: the
 * caller then drops its result.
 */
export async function moveElevation(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  patch: ElevationItemPatch,
  sentence: string,
): Promise<ClaimedElevation | null> {
  const { item, batch } = claimed;
  const at = deps.now();
  const after = await deps.db.session.transaction(async (tx) => {
    const moved = await patchElevation(tx, item, at, patch);
    if (moved === null || moved.state === item.state) return moved;
    const outcome = AUDITED[moved.state];
    if (outcome !== undefined) {
      await appendAudit(tx, {
        at,
        tenantId: batch.tenantId,
        operatorObjectId: batch.operatorObjectId,
        operatorName: batch.operatorName,
        action: auditActionOf(item.kind),
        targetId: item.target,
        outcome,
        operationId: batch.id,
        traceId: batch.traceId,
        detail: {
          requestId: item.id,
          sentence,
          azureStatus: moved.azureStatus,
          requestsSent: moved.sends,
          ...(moved.refusal === null ? {} : { refusal: JSON.parse(moved.refusal) }),
        },
      });
    }
    if (item.kind === "deactivate" && moved.state === "done") {
      const { roleId, scopeKey } = item;
      const { tenantId, operatorObjectId } = batch;
      await endActivations(tx, { tenantId, operatorObjectId, roleId, scopeKey }, at);
    }
    return moved;
  });
  if (after === null) {
    deps.log.warn("elevation.lost", { operationId: batch.id });
    return null;
  }
  deps.changed(batch);
  return { item: after, batch };
}
