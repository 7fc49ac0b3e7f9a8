import "server-only";
import { taskPage } from "@/lib/db/rollout-read";
import type { RolloutTemplates } from "@/lib/domain/rollout/api";
import { rolloutTemplates } from "@/lib/domain/rollout/templates";
import type { ServiceContext } from "../context";
import { MAX_TARGETS } from "./schemas";
import { assignmentNameOf, storedTarget, storedWork } from "./stored";
import { visibleRollout } from "./viewer";

/** The same work for all machines of a roll-out, whatever became of them, in the four forms that operators use. */
export async function templatesOfRollout(args: { ctx: ServiceContext; id: string }): Promise<RolloutTemplates> {
  const { ctx } = args;
  const { row } = await visibleRollout(ctx, args.id);
  const { tasks } = await taskPage(ctx.db, { rolloutId: row.id }, { after: null, limit: MAX_TARGETS });
  return rolloutTemplates({
    cloud: ctx.config.cloud,
    work: storedWork(row),
    targets: tasks.map(storedTarget),
    assignmentNameOf: ({ machineId }) => assignmentNameOf(row.id, machineId),
  });
}
