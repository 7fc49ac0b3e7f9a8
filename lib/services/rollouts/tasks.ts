import "server-only";
import { taskPage } from "@/lib/db/rollout-read";
import type { RolloutTaskRow } from "@/lib/db/rollouts";
import type { TaskPage, TaskView } from "@/lib/domain/rollout/api";
import type { ServiceContext } from "../context";
import type { TaskQuery } from "./schemas";
import { storedChecks, storedOutcome } from "./stored";
import { visibleRollout } from "./viewer";

const PAGE = 100;

/** A machine of a roll-out as people see it. Azure's signed addresses stay on the server. */
export function taskView(row: RolloutTaskRow): TaskView {
  return {
    position: row.position,
    machineId: row.machineId,
    machineName: row.machineName,
    subscriptionId: row.subscriptionId,
    resourceGroup: row.resourceGroup,
    wave: row.wave,
    state: row.state,
    attempt: row.attempt,
    outcome: storedOutcome(row),
    checks: storedChecks(row),
    waitingFor: row.waitingFor,
    azureStatus: row.azureStatus,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** A page of a roll-out's machines, filtered; `total` counts all that match. */
export async function listTasks(args: { ctx: ServiceContext; id: string; query: TaskQuery }): Promise<TaskPage> {
  const { ctx, query } = args;
  const { row } = await visibleRollout(ctx, args.id);
  const { state, cause, code, wave, search, cursor } = query;
  const filter = {
    rolloutId: row.id,
    ...(state === undefined ? {} : { states: state }),
    ...(cause === undefined ? {} : { cause }),
    ...(code === undefined ? {} : { code }),
    ...(wave === undefined ? {} : { wave }),
    ...(search === undefined ? {} : { search }),
  };
  const page = await taskPage(ctx.db, filter, { after: cursor === undefined ? null : Number(cursor), limit: PAGE });
  return {
    tasks: page.tasks.map(taskView),
    total: page.total,
    nextCursor: page.next === null ? null : String(page.next),
    asOf: ctx.clock.now().toISOString(),
  };
}
