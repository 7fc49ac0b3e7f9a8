import "server-only";
import { AppError, type FieldError } from "@/lib/domain/errors";
import type { RolloutPreflight, RolloutPreflightInput } from "@/lib/domain/rollout/api";
import { workableTargets } from "@/lib/domain/rollout/included";
import { floorSeconds } from "@/lib/domain/rollout/pace";
import { planErrors, planWaves } from "@/lib/domain/rollout/plan";
import type { ServiceContext } from "../context";
import { type RolloutIdentity, workerOf } from "./identity";
import { type JudgedRollout, judgeRollout, standingOf } from "./judge";
import { requestOfTask } from "./remote-writes";

/** Shown requests have the names of a roll-out that does not exist yet. */
const PREVIEW_ID = "00000000-0000-0000-0000-000000000000";

/** Refuses a plan that cannot be stored, with every field that is wrong. */
export function refusePlan(errors: readonly FieldError[]): void {
  const first = errors[0];
  if (first === undefined) return;
  throw new AppError({
    code: "invalid_input",
    message: `${first.field}: ${first.message}`,
    nextStep: "Correct the plan and run the preflight again.",
    fields: errors.map(({ field, message }) => ({ field: `body.${field}`, message })),
  });
}

function countsBySubscription(targets: readonly { subscriptionId: string }[]): number[] {
  const counts = new Map<string, number>();
  for (const { subscriptionId } of targets) {
    const key = subscriptionId.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** The judged machines in the form of the API. */
export function preflightOf(
  ctx: ServiceContext,
  input: Pick<RolloutPreflightInput, "work" | "plan">,
  judged: JudgedRollout,
  rolloutId = PREVIEW_ID,
): RolloutPreflight {
  const { work, plan } = input;
  const { targets, read } = judged;
  const { verdicts, groups, values, counts } = judged.judged;
  const ready = workableTargets(verdicts, plan, false);
  // Where all that can be worked on wants a word first, waves and pace are those of the start with that word.
  const workable = ready.length > 0 ? ready : workableTargets(verdicts, plan, true);
  const [first] = workable;
  const target = first === undefined ? undefined : targets[first];
  return {
    targets,
    groups,
    values,
    counts,
    unknown: read.unknown,
    completeness: read.completeness,
    stamp: judged.stamp,
    waves: planWaves(plan, workable.length).map(({ number, kind, size }) => ({ number, canary: kind === "canary", size })),
    request:
      target === undefined || first === undefined
        ? null
        : requestOfTask({ cloud: ctx.config.cloud, rolloutId, work, target, standing: standingOf(judged, first, work) }),
    floorSeconds: floorSeconds(countsBySubscription(workable.flatMap((index) => targets[index] ?? []))),
    asOf: read.completeness.asOf,
  };
}

/** Reads and judges all targets of a roll-out. Changes nothing. Throws AppError for a plan that cannot be stored. */
export async function preflightRollout(args: {
  ctx: ServiceContext;
  identity: RolloutIdentity | null;
  input: RolloutPreflightInput;
}): Promise<RolloutPreflight> {
  const { ctx, input } = args;
  const worker = workerOf(ctx, args.identity, input.actsAs ?? "operator");
  const judged = await judgeRollout(ctx, input, worker);
  const workable = workableTargets(judged.judged.verdicts, input.plan, true).length;
  refusePlan(planErrors(input.plan, Math.max(1, workable), ctx.clock.now()));
  return preflightOf(ctx, input, judged);
}
