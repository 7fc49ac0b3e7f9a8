import "server-only";
import { appendAudit } from "@/lib/db/audit";
import { applyAction } from "@/lib/db/rollout-actions";
import type { RolloutRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import type { RolloutActionInput, RolloutActionResult } from "@/lib/domain/rollout/api";
import type { RolloutRunner } from "@/lib/jobs/rollout-runner";
import type { ServiceContext } from "../context";
import { refusalFor } from "./controls";
import { rolloutView } from "./view";
import { visibleRollout } from "./viewer";

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

/**
 * A person's action on a roll-out: who may, then the change and its audit entry in one transaction. Sent twice it changes
 * nothing the second time and answers the same.
 */
export async function actOnRollout(args: ActArgs): Promise<RolloutActionResult> {
  const { ctx, runner, input } = args;
  const { row, viewer } = await visibleRollout(ctx, args.id);
  const refusal = refusalFor(viewer, input.action);
  if (refusal !== null) {
    throw new AppError({ code: "forbidden", message: refusal, nextStep: "Ask one of them, or an auditor for the history." });
  }
  const done = await act(args, row);
  runner.nudge();
  return { rollout: await rolloutView(ctx, done.row, viewer), changed: done.changed };
}
