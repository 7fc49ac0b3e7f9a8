import "server-only";
import { findTask, taskEvents } from "@/lib/db/rollout-read";
import { AppError } from "@/lib/domain/errors";
import type { TaskDetail } from "@/lib/domain/rollout/api";
import { TASK_STATES, type TaskState } from "@/lib/domain/rollout/types";
import type { ServiceContext } from "../context";
import { requestOfTask } from "./remote-writes";
import { storedTarget, storedWork } from "./stored";
import { taskView } from "./tasks";
import { visibleRollout } from "./viewer";

function stateOf(text: string): TaskState {
  return TASK_STATES.find((state) => state === text) ?? "unknown";
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
  return {
    task: taskView(task),
    events: events.map(({ at, state, detail, instance }) => ({ at: at.toISOString(), state: stateOf(state), detail, instance })),
    request: requestOfTask({ cloud: ctx.config.cloud, rolloutId: row.id, work: storedWork(row), target, standing: null }),
    asOf: ctx.clock.now().toISOString(),
  };
}
