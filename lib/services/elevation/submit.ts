import "server-only";
import { createHash } from "node:crypto";
import { appendIntent } from "@/lib/db/audit";
import { type ElevationBatchRow, findElevationBatch, insertElevationBatch, type NewElevationItem } from "@/lib/db/elevation";
import { normaliseScope } from "@/lib/domain/access/scope";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { ElevationBatch, ElevationInput } from "@/lib/domain/elevation/write-api";
import { placeOf, requestIdOf } from "@/lib/domain/elevation/write-request";
import { AppError } from "@/lib/domain/errors";
import { auditActionOf } from "@/lib/jobs/elevation-record";
import type { ElevationRunner } from "@/lib/jobs/elevation-runner";
import { LEASE_MS } from "@/lib/jobs/operation-timing";
import { forgetInputs } from "../access/inputs";
import type { ServiceContext } from "../context";
import { storeOnce } from "../store-once";
import { type Prepared, prepareElevation } from "./prepare";
import { createElevationRemote } from "./remote";
import { elevationBatchView } from "./view";

function hashOf(input: ElevationInput): string {
  return createHash("sha256").update(canonicalJson(input.actions)).digest("hex");
}

function conflict(): AppError {
  return new AppError({
    code: "conflict",
    message: "This id belongs to another request. Nothing was sent.",
    nextStep: "Load the page again and send it anew: every request gets an id of its own there.",
    fields: [{ field: "body.batchId", message: "Already used." }],
  });
}

/** Names the caller's sign-in without being one: a stronger sign-in gets another token with another end. */
function signInMark(ctx: ServiceContext): string {
  return String(ctx.tokenExpiresAtMs ?? 0);
}

async function carryOn(ctx: ServiceContext, runner: ElevationRunner, input: ElevationInput): Promise<ElevationBatch | null> {
  const batch = await findElevationBatch(ctx.db, input.batchId);
  if (batch === null) return null;
  const { tenantId, objectId } = ctx.operator;
  if (batch.tenantId !== tenantId || batch.operatorObjectId !== objectId || batch.requestHash !== hashOf(input)) throw conflict();
  // A remembered older sign-in may live longer than the stronger one that was just made, so the request's own is used.
  const remote = createElevationRemote(ctx.lasting?.() ?? ctx.azure, ctx.operator, () => ctx.clock.now());
  await runner.submit(batch.id, remote, signInMark(ctx));
  return elevationBatchView(ctx.db, batch, ctx.clock.now());
}

function targetOf({ action }: Prepared): string {
  if (action.kind === "decide" || action.kind === "cancel") return action.requestId;
  const place = placeOf(action);
  return place === null ? action.id : requestIdOf(place);
}

function toNewItem(prepared: Prepared): NewElevationItem {
  const { action, facts, exact, refusal, context, decidedBy } = prepared;
  return {
    id: action.id,
    kind: action.kind,
    roleId: prepared.roleId,
    scopeKey: normaliseScope(prepared.scope),
    target: targetOf(prepared),
    request: JSON.stringify(action),
    exact: JSON.stringify(exact),
    facts: JSON.stringify(facts),
    context,
    refusal: refusal === null ? null : JSON.stringify(refusal),
    decidedBy: decidedBy === null ? null : JSON.stringify(decidedBy),
  };
}

function auditDetail(prepared: Prepared, position: number): Record<string, unknown> {
  const { action, facts, exact, refusal, policy } = prepared;
  return {
    position,
    requestId: action.id,
    request: exact,
    names: facts.names,
    ...(action.kind === "decide" ? { decision: action.decision, reason: action.reason } : {}),
    ...(policy?.known === true ? { policy: policy.policy.stamp } : {}),
    policyChanged: facts.policyChanged,
    notSent: refusal?.id ?? null,
  };
}

async function store(ctx: ServiceContext, input: ElevationInput, prepared: readonly Prepared[]): Promise<void> {
  const { operator, traceId } = ctx;
  const at = ctx.clock.now();
  const batch: ElevationBatchRow = {
    id: input.batchId,
    tenantId: operator.tenantId,
    operatorObjectId: operator.objectId,
    operatorName: operator.name,
    carrierObjectId: operator.objectId,
    requestHash: hashOf(input),
    traceId,
    startedAt: at,
  };
  await ctx.db.session.transaction(async (tx) => {
    for (const [position, one] of prepared.entries()) {
      await appendIntent(tx, {
        at,
        tenantId: operator.tenantId,
        operatorObjectId: operator.objectId,
        operatorName: operator.name,
        action: auditActionOf(one.action.kind),
        targetId: targetOf(one),
        operationId: batch.id,
        traceId,
        detail: auditDetail(one, position),
      });
    }
    await insertElevationBatch(tx, batch, prepared.map(toNewItem), new Date(at.getTime() + LEASE_MS));
  });
}

/**
 * Sends actions of elevation: rights and settings first, intent in the audit, requests, outcome in the audit, item by item.
 * The same batch id is the same batch: after a step-up it is sent again and goes on where it stood. Throws AppError
 * unauthenticated with claims while a step-up is left; what was done stays done.
 */
export async function submitElevation(args: {
  ctx: ServiceContext;
  runner: ElevationRunner;
  input: ElevationInput;
}): Promise<ElevationBatch> {
  const { ctx, runner, input } = args;
  const repeated = await carryOn(ctx, runner, input);
  if (repeated !== null) return repeated;
  const prepared = await prepareElevation(ctx, input.actions);
  await storeOnce({
    store: () => store(ctx, input, prepared),
    primaryKey: "elevation_batch_pkey",
    taken: { key: "elevation_item_pkey", error: conflict },
  });
  forgetInputs(ctx);
  const sent = await carryOn(ctx, runner, input);
  if (sent === null) throw new AppError({ code: "internal", message: "The stored requests cannot be found again." });
  return sent;
}
