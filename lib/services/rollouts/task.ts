import "server-only";
import { findTask, taskEvents } from "@/lib/db/rollout-read";
import { AppError } from "@/lib/domain/errors";
import type { MachineExtension } from "@/lib/domain/machine";
import type { TaskDetail } from "@/lib/domain/rollout/api";
import { type RolloutTarget, TASK_STATES, type TaskState, type Work } from "@/lib/domain/rollout/types";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { needsStanding, requestOfTask } from "./remote-writes";
import { storedTarget, storedWork } from "./stored";
import { taskView } from "./tasks";
import { visibleRollout } from "./viewer";

function stateOf(text: string): TaskState {
  return TASK_STATES.find((state) => state === text) ?? "unknown";
}

/** What stands at the machine now: a request that keeps settings is shown with them, as it was or will be sent. */
async function keptSettings(
  ctx: ServiceContext,
  work: Work,
  target: RolloutTarget,
): Promise<{ is: TaskDetail["kept"]; standing: MachineExtension | null }> {
  if (target.extensionName === null || !needsStanding(work, target)) return { is: "nothing", standing: null };
  try {
    return { is: "shown", standing: await ctx.azure.hybridCompute.getExtension(target, target.extensionName) };
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    logUnread(ctx.log, "rollout.extensionUnread", error);
    return { is: "unread", standing: null };
  }
}

/** One machine of a roll-out with its log and the request that was or will be sent for it. */
export async function getTask(args: { ctx: ServiceContext; id: string; position: number }): Promise<TaskDetail> {
  const { ctx, position } = args;
  const { row } = await visibleRollout(ctx, args.id);
  const task = await findTask(ctx.db, row.id, position);
  if (task === null) {
    throw new AppError({
      code: "not_found",
      message: `This roll-out has no machine at position ${position}.`,
      nextStep: "Choose the machine from the list of the roll-out.",
    });
  }
  const events = await taskEvents(ctx.db, row.id, position);
  const target = storedTarget(task);
  const work = storedWork(row);
  const kept = await keptSettings(ctx, work, target);
  return {
    task: taskView(task),
    events: events.map(({ at, state, detail, instance }) => ({ at: at.toISOString(), state: stateOf(state), detail, instance })),
    request: requestOfTask({ cloud: ctx.config.cloud, rolloutId: row.id, work, target, standing: kept.standing }),
    kept: kept.is,
    asOf: ctx.clock.now().toISOString(),
  };
}
