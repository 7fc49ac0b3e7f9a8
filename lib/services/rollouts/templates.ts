import "server-only";
import { taskPage } from "@/lib/db/rollout-read";
import type { RolloutPreflightInput, RolloutTemplates } from "@/lib/domain/rollout/api";
import { workableTargets } from "@/lib/domain/rollout/included";
import { rolloutTemplates } from "@/lib/domain/rollout/templates";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";
import type { ServiceContext } from "../context";
import { type RolloutIdentity, workerOf } from "./identity";
import { judgeRollout } from "./judge";
import { MAX_TARGETS } from "./schemas";
import { assignmentNameOf, guidOf, storedTarget, storedWork } from "./stored";
import { visibleRollout } from "./viewer";

function templatesOf(
  ctx: ServiceContext,
  work: Work,
  targets: readonly RolloutTarget[],
  rolloutId: string | null,
): RolloutTemplates {
  const assignmentNameOfTarget = ({ machineId }: RolloutTarget) =>
    rolloutId === null ? guidOf(`${JSON.stringify(work)}/${machineId}`) : assignmentNameOf(rolloutId, machineId);
  return rolloutTemplates({ cloud: ctx.config.cloud, work, targets, assignmentNameOf: assignmentNameOfTarget });
}

/** The same work for all machines of a roll-out, whatever became of them, in the four forms that operators use. */
export async function templatesOfRollout(args: { ctx: ServiceContext; id: string }): Promise<RolloutTemplates> {
  const { ctx } = args;
  const { row } = await visibleRollout(ctx, args.id);
  const { tasks } = await taskPage(ctx.db, { rolloutId: row.id }, { after: null, limit: MAX_TARGETS });
  return templatesOf(ctx, storedWork(row), tasks.map(storedTarget), row.id);
}

/** The same before anything is started, for the machines that could be worked on. */
export async function previewTemplates(args: {
  ctx: ServiceContext;
  identity: RolloutIdentity | null;
  input: RolloutPreflightInput;
}): Promise<RolloutTemplates> {
  const { ctx, input } = args;
  const judged = await judgeRollout(ctx, input, workerOf(ctx, args.identity, input.actsAs ?? "operator"));
  const workable = workableTargets(judged.judged.verdicts, input.plan, true);
  return templatesOf(
    ctx,
    input.work,
    workable.flatMap((index) => judged.targets[index] ?? []),
    null,
  );
}
