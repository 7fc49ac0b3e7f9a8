import "server-only";
import { appendAudit } from "@/lib/db/audit";
import { applyAction } from "@/lib/db/rollout-actions";
import { demandIn, findRollout, type RolloutRow, WAITING_FOR_OPERATOR } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import type { RolloutActionInput, RolloutActionResult } from "@/lib/domain/rollout/api";
import type { RolloutRunner } from "@/lib/jobs/rollout-runner";
import type { ServiceContext } from "../context";
import { carryRolloutOn } from "./carry";
import { refusalFor } from "./controls";
import { rolloutView } from "./view";
import { mayCarry, visibleRollout } from "./viewer";

type ActArgs = {
  ctx: ServiceContext;
  runner: Pick<RolloutRunner, "nudge" | "instance">;
  id: string;
  input: RolloutActionInput;
};

/** What the person chose, for the audit; a list of positions stays short enough for an entry. */
function detailOf(input: RolloutActionInput, changed: number): Record<string, unknown> {
  const { action: _action, ...chosen } = input;
  return { ...chosen, changed };
}

async function act({ ctx, runner, input }: ActArgs, row: RolloutRow): Promise<{ row: RolloutRow; changed: number }> {
  const at = ctx.clock.now();
  const { operator, traceId } = ctx;
  return ctx.db.session.transaction(async (tx) => {
    const done = await applyAction(tx, { id: row.id, at, instance: runner.instance }, input);
    // The second click of the same action changes nothing and is no event of its own.
    if (done.changed === 0) return done;
    await appendAudit(tx, {
      at,
      tenantId: operator.tenantId,
      operatorObjectId: operator.objectId,
      operatorName: operator.name,
      action: `rollout.${input.action}`,
      targetId: row.id,
      outcome: "done",
      operationId: row.id,
      traceId,
      detail: detailOf(input, done.changed),
    });
    return done;
  });
}

/** Actions after which something is sent with the person's sign-in. */
const GOES_ON: readonly RolloutActionInput["action"][] = ["resume", "go", "retry"];

/** Azure wants this sign-in confirmed: the browser does so and sends the action again. */
function refuseUnconfirmed({ ctx, input }: ActArgs, row: RolloutRow): void {
  if (!GOES_ON.includes(input.action) || row.actsAs !== "operator") return;
  const claims = ctx.demanded?.(demandIn(row)) ?? null;
  if (claims === null) return;
  throw new AppError({
    code: "unauthenticated",
    message: "Azure demands a stronger sign-in before it takes further requests of this roll-out.",
    nextStep: "Confirm your sign-in; the action is then repeated.",
    claims,
  });
}

function waitsForSignIn(row: RolloutRow): boolean {
  return row.state === "running" && row.waitingFor === WAITING_FOR_OPERATOR;
}

/** Resuming a roll-out that waits for a sign-in means: go on with mine. Without its rights, machine after machine would fail. */
async function carryOn({ ctx }: ActArgs, row: RolloutRow): Promise<{ row: RolloutRow; changed: number }> {
  const asOneself = row.actsAs === "operator" && row.operatorObjectId !== ctx.operator.objectId;
  if (asOneself && !(await mayCarry(ctx, row))) {
    throw new AppError({
      code: "forbidden",
      message: "Azure does not grant you the work of this roll-out at all of its machines, so it cannot go on with your sign-in.",
      nextStep: "Ask the person who started it to sign in, or get a role with its rights at these machines.",
    });
  }
  const carried = await carryRolloutOn(ctx, row);
  return { row: (await findRollout(ctx.db, row.id)) ?? row, changed: carried ? 1 : 0 };
}

/**
 * A person's action on a roll-out: who may, then the change and its audit entry in one transaction. Sent twice it changes
 * nothing the second time and answers the same.
 */
export async function actOnRollout(args: ActArgs): Promise<RolloutActionResult> {
  const { ctx, runner, input } = args;
  const { row, viewer } = await visibleRollout(ctx, args.id);
  const refusal = refusalFor(viewer, input.action);
  if (refusal !== null) {
    throw new AppError({
      code: "forbidden",
      message: refusal.sentence,
      nextStep: "Ask one of them, or an auditor for the history.",
    });
  }
  refuseUnconfirmed(args, row);
  const done = input.action === "resume" && waitsForSignIn(row) ? await carryOn(args, row) : await act(args, row);
  runner.nudge();
  return { rollout: await rolloutView(ctx, done.row, viewer), changed: done.changed };
}
