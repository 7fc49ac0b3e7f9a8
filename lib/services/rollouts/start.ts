import "server-only";
import { createHash } from "node:crypto";
import { appendIntent } from "@/lib/db/audit";
import type { DbSession } from "@/lib/db/database";
import { findRollout, insertRollout, type NewRollout, type RolloutRow } from "@/lib/db/rollouts";
import { operatorRight } from "@/lib/domain/access/rights";
import { canonicalJson } from "@/lib/domain/audit-event";
import { AppError } from "@/lib/domain/errors";
import type { RolloutPreflight, RolloutView, StartRolloutInput } from "@/lib/domain/rollout/api";
import { workableTargets } from "@/lib/domain/rollout/included";
import { planErrors, planWaves } from "@/lib/domain/rollout/plan";
import type { RolloutTarget } from "@/lib/domain/rollout/types";
import type { RolloutRunner } from "@/lib/jobs/rollout-runner";
import { permissionsOf } from "../access/rights";
import type { ServiceContext } from "../context";
import { storeOnce } from "../store-once";
import { type RolloutIdentity, workerOf } from "./identity";
import { type JudgedRollout, judgeRollout } from "./judge";
import { preflightOf, refusePlan } from "./preflight";
import { rolloutView } from "./view";

/** The started roll-out, or the preflight as it is now when Azure is not as the operator saw it. */
export type StartOutcome = { ok: true; rollout: RolloutView } | { ok: false; preflight: RolloutPreflight; error: AppError };

type StartArgs = {
  ctx: ServiceContext;
  runner: Pick<RolloutRunner, "nudge">;
  identity: RolloutIdentity | null;
  input: StartRolloutInput;
};

/** The same body gives the same hash; the stamp is left out, because a repeat may carry a newer preflight. */
function hashOf({ stamp: _stamp, ...input }: StartRolloutInput): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}

function describedAs({ targets }: StartRolloutInput): string {
  return targets.by === "machines" ? targets.describedAs : targets.scope;
}

/** The roll-out of this id when it is already there. Throws conflict when the id belongs to something else. */
async function repeated(ctx: ServiceContext, input: StartRolloutInput): Promise<RolloutRow | null> {
  const row = await findRollout(ctx.db, input.id);
  if (row === null) return null;
  const { tenantId, objectId } = ctx.operator;
  if (row.tenantId === tenantId && row.operatorObjectId === objectId && row.requestHash === hashOf(input)) return row;
  throw new AppError({
    code: "conflict",
    message: "This id belongs to another roll-out. Nothing was sent.",
    nextStep: "Start again from the preflight.",
    fields: [{ field: "body.id", message: "Already used." }],
  });
}

function refuseNothingToDo(judged: JudgedRollout): never {
  const missing = judged.judged.groups.find(({ reason }) => reason?.checkId === "permission" && reason.verdict === "block");
  if (missing !== undefined) {
    const index = missing.members[0] ?? 0;
    const action = judged.judged.values[index]?.action ?? "the action it needs";
    throw new AppError({
      code: "forbidden",
      message: `Azure does not grant ${action} at any of these machines that could be worked on. Nothing was sent.`,
      nextStep: "Ask for a role that holds this action at the machines, their resource groups or subscriptions, or activate one.",
    });
  }
  throw new AppError({
    code: "conflict",
    message: "None of these machines can be worked on. Nothing was sent.",
    nextStep: "Look at the preflight: it names the reason for each machine.",
  });
}

function refuseCount(input: StartRolloutInput, count: number): void {
  if (input.typedCount === count) return;
  throw new AppError({
    code: "invalid_input",
    message: `The roll-out would work on ${count} machines, but ${input.typedCount} was typed. Nothing was sent.`,
    nextStep: `Type ${count} to confirm.`,
    fields: [{ field: "body.typedCount", message: `Must be ${count}.` }],
  });
}

/** The role of the last step is assigned once at a scope: that right is asked for there. */
async function refuseGrant(ctx: ServiceContext, worker: ServiceContext["azure"], input: StartRolloutInput): Promise<void> {
  const { grant } = input.plan;
  if (grant === null || grant.at.kind !== "scope") return;
  const { scope } = grant.at;
  const right = operatorRight(await permissionsOf({ ...ctx, azure: worker }, scope), "assignRoles");
  if (right.allowed !== false) return;
  const role = right.smallestRole === null ? "a role that holds it" : `the role ${right.smallestRole.name}`;
  throw new AppError({
    code: "forbidden",
    message: `Azure does not grant ${right.action} at ${scope}, which the last step needs. Nothing was sent.`,
    nextStep: `Ask for ${role} at this scope, activate it, or leave the last step out.`,
    fields: [{ field: "body.plan.grant", message: right.action }],
  });
}

function staleError(): AppError {
  return new AppError({
    code: "conflict",
    message: "The machines or what can be done to them have changed since the preflight. Nothing was sent.",
    nextStep: "Look at the preflight as it is now, then decide again.",
  });
}

/** Everything that belongs to one roll-out in one transaction: all of it is stored, or nothing. The audit comes last. */
async function store(tx: DbSession, ctx: ServiceContext, input: StartRolloutInput, targets: RolloutTarget[]): Promise<void> {
  const { operator, traceId } = ctx;
  const at = ctx.clock.now();
  const values: NewRollout = {
    id: input.id,
    tenantId: operator.tenantId,
    name: input.name,
    describedAs: describedAs(input),
    requestHash: hashOf(input),
    actsAs: input.actsAs,
    operatorObjectId: operator.objectId,
    operatorName: operator.name,
    traceId,
    work: input.work,
    plan: input.plan,
    targets,
    waves: planWaves(input.plan, targets.length),
  };
  await insertRollout(tx, values, at);
  const listHash = createHash("sha256")
    .update(targets.map(({ machineId }) => machineId.toLowerCase()).join("\n"))
    .digest("hex");
  await appendIntent(tx, {
    at,
    tenantId: operator.tenantId,
    operatorObjectId: operator.objectId,
    operatorName: operator.name,
    action: "rollout.start",
    targetId: input.id,
    operationId: input.id,
    traceId,
    detail: {
      name: input.name,
      work: input.work,
      plan: input.plan,
      actsAs: input.actsAs,
      describedAs: describedAs(input),
      count: targets.length,
      listHash,
      includeConfirm: input.includeConfirm,
      stamp: input.stamp,
    },
  });
}

/**
 * Starts a roll-out: rights, fresh preflight against the operator's stamp, the typed count, then intent and rows in one
 * transaction. The same id with the same body is the same roll-out, however often it comes.
 */
export async function startRollout(args: StartArgs): Promise<StartOutcome> {
  const { ctx, runner, identity, input } = args;
  const known = await repeated(ctx, input);
  if (known !== null) return { ok: true, rollout: await rolloutView(ctx, known, "owner") };
  const worker = workerOf(ctx, identity, input.actsAs);
  await refuseGrant(ctx, worker, input);
  const judged = await judgeRollout(ctx, input, worker);
  const workable = workableTargets(judged.judged.verdicts, input.plan, input.includeConfirm);
  if (workable.length === 0) refuseNothingToDo(judged);
  refusePlan(planErrors(input.plan, workable.length, ctx.clock.now()));
  if (judged.stamp !== input.stamp) {
    return { ok: false, preflight: preflightOf(ctx, input, judged, input.id), error: staleError() };
  }
  refuseCount(input, workable.length);
  const targets = workable.flatMap((index) => judged.targets[index] ?? []);
  await storeOnce({
    store: () => ctx.db.session.transaction((tx) => store(tx, ctx, input, targets)),
    primaryKey: "rollout_pkey",
    what: "The roll-out could not be stored",
  });
  const row = await repeated(ctx, input);
  if (row === null) throw new AppError({ code: "internal", message: "The stored roll-out cannot be found again." });
  runner.nudge();
  return { ok: true, rollout: await rolloutView(ctx, row, "owner") };
}
