import "server-only";
import { appendIntent } from "@/lib/db/audit";
import { findOperation, insertOperation, type OperationRow, runningOperations } from "@/lib/db/operations";
import { storeErrorOf } from "@/lib/db/query";
import { holdMachine, type RolloutWriter } from "@/lib/db/rollout-guard";
import type { ExactRequest, OperationKind, OperationView } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import { type MachineRef, machineId } from "@/lib/domain/machine";
import type { OperationRunner } from "@/lib/jobs/operation-runner";
import { LEASE_MS } from "@/lib/jobs/operation-timing";
import type { ServiceContext } from "../context";
import { notStored } from "../store-once";
import { viewOf } from "./view";

export type OperationPlan = {
  operationId: string;
  kind: OperationKind;
  ref: MachineRef;
  machineName: string;
  extensionName: string | null;
  request: ExactRequest;
  /** What stood there before: lets a later reader tell an old result from a new one. */
  before: unknown;
  /** Facts of the decision for the audit: overrides, checks, consent. */
  detail: Record<string, unknown>;
};

/**
 * The operation with this id when it is already there: a repeated submit is the same operation and sends nothing twice.
 * Throws conflict when the id belongs to something else.
 */
export async function repeatedOperation(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  operationId: string;
  kinds: readonly OperationKind[];
  ref: MachineRef;
}): Promise<OperationView | null> {
  const { ctx, runner, operationId, kinds, ref } = args;
  const row = await findOperation(ctx.db, operationId);
  if (row === null) return null;
  const same =
    row.tenantId === ctx.operator.tenantId &&
    row.operatorObjectId === ctx.operator.objectId &&
    kinds.some((kind) => kind === row.kind) &&
    row.machineKey === machineId(ref).toLowerCase();
  if (!same) {
    throw new AppError({
      code: "conflict",
      message: "This operation id belongs to another operation.",
      nextStep: "Start again from the machine's page.",
      fields: [{ field: "body.operationId", message: "Already used." }],
    });
  }
  return viewOf(ctx.db, await runner.submit(row.id));
}

async function machineIsBusy(ctx: ServiceContext, ref: MachineRef): Promise<AppError> {
  const [running] = await runningOperations(ctx.db, ctx.operator.tenantId, machineId(ref));
  const who = running === undefined ? "Another operation" : `${running.kind}, started by ${running.operatorName},`;
  return new AppError({
    code: "conflict",
    message: `${who} has not ended on ${ref.name}. Nothing was sent.`,
    nextStep: "Wait until it ends; the machine's page shows it.",
    fields: running === undefined ? [] : [{ field: "runningOperationId", message: running.id }],
  });
}

function rolloutIsWriting({ rolloutId, name, operatorName }: RolloutWriter, machineName: string): AppError {
  return new AppError({
    code: "conflict",
    message: `The roll-out "${name}" of ${operatorName} is at work on ${machineName}. Nothing was sent.`,
    nextStep: "Wait until the roll-out has ended on this machine; its page shows each machine.",
    fields: [{ field: "runningRolloutId", message: rolloutId }],
  });
}

/**
 * Ends this operator's own request that Azure did not take because of a stronger sign-in, so that the person may decide
 * anew. False when something else is on its way.
 */
async function replaceUnconfirmed(ctx: ServiceContext, runner: OperationRunner, ref: MachineRef): Promise<boolean> {
  const [running] = await runningOperations(ctx.db, ctx.operator.tenantId, machineId(ref));
  if (running === undefined || running.operatorObjectId !== ctx.operator.objectId) return false;
  if (running.state !== "planned" || running.sends === 0) return false;
  return runner.abandon(running.id, "The sign-in was not confirmed. A new request of the same person takes its place.");
}

async function store(ctx: ServiceContext, plan: OperationPlan): Promise<void> {
  const at = ctx.clock.now();
  const target = machineId(plan.ref);
  const { operator, traceId } = ctx;
  await ctx.db.session.transaction(async (tx) => {
    const writer = await holdMachine(tx, target.toLowerCase(), at);
    if (writer !== null) throw rolloutIsWriting(writer, plan.machineName);
    await appendIntent(tx, {
      at,
      tenantId: operator.tenantId,
      operatorObjectId: operator.objectId,
      operatorName: operator.name,
      action: plan.kind,
      targetId: target,
      operationId: plan.operationId,
      traceId,
      detail: { ...plan.detail, extensionName: plan.extensionName, request: plan.request },
    });
    const values = {
      id: plan.operationId,
      tenantId: operator.tenantId,
      kind: plan.kind,
      machineId: target,
      machineName: plan.machineName,
      extensionName: plan.extensionName,
      operatorObjectId: operator.objectId,
      operatorName: operator.name,
      request: JSON.stringify(plan.request),
      before: JSON.stringify(plan.before ?? null),
      traceId,
    };
    await insertOperation(tx, values, at, new Date(at.getTime() + LEASE_MS));
  });
}

/**
 * Stores the intent and the operation in one transaction, then sends. When they cannot be stored nothing is sent. A second
 * operation on the same machine is a conflict, held by a unique index and therefore also between instances.
 */
export async function beginOperation(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  plan: OperationPlan;
}): Promise<OperationView> {
  const { ctx, runner, plan } = args;
  try {
    await store(ctx, plan);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, constraint } = storeErrorOf(error);
    const isRepeat = code === "23505" && constraint === "operation_pkey";
    if (code === "23505" && constraint === "operation_one_running") {
      // A submit that was sent twice at once breaks both constraints; it is then the same operation, not another one.
      const own = await findOperation(ctx.db, plan.operationId);
      if (own === null) {
        if (await replaceUnconfirmed(ctx, runner, plan.ref)) return beginOperation(args);
        throw await machineIsBusy(ctx, plan.ref);
      }
    } else if (!isRepeat) {
      throw notStored(error);
    }
  }
  const row: OperationRow = await runner.submit(plan.operationId);
  return viewOf(ctx.db, row);
}
