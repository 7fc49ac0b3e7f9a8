import "server-only";
import { appendAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/database";
import { moveOperation, type OperationPatch, type OperationRow, patchOperation } from "@/lib/db/operations";
import type { AuditOutcome, ExtensionFailure, OperationState } from "@/lib/domain/api";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import type { LogFields } from "@/lib/domain/log-fields";

export type RunnerLog = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, error: unknown, fields?: LogFields): void;
};

export type RecordDeps = {
  db: Database;
  now: () => Date;
  log: RunnerLog;
  /** Told after each committed change. */
  changed: (operationId: string) => void;
};

/** Which moves stand in the audit. The rest is the operation's own history. */
const AUDITED: Partial<Record<OperationState, Exclude<AuditOutcome, "intent">>> = {
  succeeded: "done",
  failed: "failed",
  canceled: "failed",
  refused: "refused",
  unknown: "unknown",
};

export type MoveArgs = {
  row: OperationRow;
  to: OperationState;
  detail: string;
  patch?: OperationPatch;
  azure?: AzureFailure | null;
  failure?: ExtensionFailure | null;
};

function auditDetail(args: MoveArgs, after: OperationRow): Record<string, unknown> {
  return {
    state: args.to,
    sentence: args.detail,
    extensionName: after.extensionName,
    azureStatus: after.azureStatus,
    requestsSent: after.sends,
    ...(args.azure == null ? {} : { azure: args.azure }),
    ...(args.failure == null
      ? {}
      : { exitCode: args.failure.exitCode, errorName: args.failure.name, azureCode: args.failure.rawCode }),
    ...(after.carrierObjectId === after.operatorObjectId ? {} : { seenThrough: after.carrierObjectId }),
  };
}

/** Moves an operation, with its audit entry where one belongs, in one transaction. Null when another holder has taken it. */
export async function recordMove(deps: RecordDeps, args: MoveArgs): Promise<OperationRow | null> {
  const at = deps.now();
  const { row, to, detail } = args;
  const patch: OperationPatch = {
    ...args.patch,
    ...(args.azure === undefined ? {} : { azure: args.azure === null ? null : JSON.stringify(args.azure) }),
    ...(args.failure === undefined ? {} : { failure: args.failure === null ? null : JSON.stringify(args.failure) }),
  };
  const after = await deps.db.session.transaction(async (tx) => {
    const moved = await moveOperation(tx, { row, to, at, detail, patch });
    const outcome = AUDITED[to];
    if (moved !== null && outcome !== undefined) {
      await appendAudit(tx, {
        at,
        tenantId: row.tenantId,
        operatorObjectId: row.operatorObjectId,
        operatorName: row.operatorName,
        action: row.kind,
        targetId: row.machineId,
        outcome,
        operationId: row.id,
        traceId: row.traceId,
        detail: auditDetail(args, moved),
      });
    }
    return moved;
  });
  if (after === null) deps.log.warn("operation.lost", { operationId: row.id, from: row.state, to });
  else {
    deps.log.info("operation.moved", { operationId: row.id, from: row.state, to });
    deps.changed(row.id);
  }
  return after;
}

/** Changes an operation within its state. Null when another holder has taken it. */
export async function recordPatch(
  deps: RecordDeps,
  row: OperationRow,
  patch: OperationPatch,
  detail?: string,
): Promise<OperationRow | null> {
  const after = await deps.db.session.transaction((tx) => patchOperation(tx, { row, at: deps.now(), patch, detail }));
  if (after !== null) deps.changed(row.id);
  return after;
}

/** Azure's refusal as stored with the operation; an error that Azure did not make keeps its sentence. */
export function azureFailureOf(error: unknown): AzureFailure | null {
  return error instanceof AppError ? (error.azure ?? null) : null;
}

/** What the history says of a request that Azure took. */
export function acceptedSentence(requestId: string | null): string {
  return requestId === null ? "Azure accepted the request." : `Azure accepted the request (request id ${requestId}).`;
}

/** Azure refuses this sign-in: what is to be done waits for a person. */
export function needsPerson(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === "unauthenticated" || error.code === "forbidden");
}

/** The sentence of an error for the operation's history. Unknown errors say nothing of their inside. */
export function sentenceOf(error: unknown): string {
  return error instanceof AppError ? error.message : "The portal met an unexpected error; its log names it.";
}
