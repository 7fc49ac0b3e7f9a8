import "server-only";
import {
  type CauseGroupRow,
  type CauseRow,
  causeGroups,
  causeResourceGroups,
  countsByWave,
  findTask,
} from "@/lib/db/rollout-read";
import {
  demandIn,
  type RolloutRow,
  type RolloutWaveRow,
  rolloutWaves,
  type SignInDemand,
  WAITING_FOR_OPERATOR,
} from "@/lib/db/rollouts";
import type { CauseGroup, RolloutSummary, RolloutView, TaskCounts, WaveView } from "@/lib/domain/rollout/api";
import { outcomeTexts } from "@/lib/domain/rollout/causes";
import { NEVER_RETRIED } from "@/lib/domain/rollout/retry";
import { emptyCounts } from "@/lib/domain/rollout/states";
import type { ServiceContext } from "../context";
import { controlsOf } from "./controls";
import { IDENTITY_NAME } from "./identity";
import { progressOf } from "./progress-facts";
import { storedOutcome, storedPlan, storedWork } from "./stored";
import type { Viewer } from "./viewer";

/** A view that is the same for everybody: the rest depends on who looks. What Azure demands stays on the server. */
export type SharedView = Omit<RolloutView, "controls" | "confirmSignIn"> & { demand: SignInDemand | null };

const SHOWN_GROUPS = 10;

type ViewContext = Pick<ServiceContext, "db" | "clock">;

function sum(list: Iterable<TaskCounts>): TaskCounts {
  const total = emptyCounts();
  for (const counts of list) for (const [state, count] of Object.entries(counts)) total[state as keyof TaskCounts] += count;
  return total;
}

/** A row of the list. `of` = how many waves there are; null before that is known. */
export function summaryOf(row: RolloutRow, counts: TaskCounts, waves: number | null): RolloutSummary {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    stateReason: row.stateReason,
    waitingFor: row.state === "running" ? row.waitingFor : null,
    operatorName: row.operatorName,
    operatorObjectId: row.operatorObjectId,
    actsAs: row.actsAs,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    total: row.total,
    counts,
    wave: waves === null ? null : { number: row.wave, of: waves },
  };
}

function waveView(wave: RolloutWaveRow, counts: TaskCounts): WaveView {
  return {
    number: wave.number,
    kind: wave.kind,
    state: wave.state,
    counts,
    size: wave.size,
    dueAt: wave.state === "pending" ? (wave.dueAt?.toISOString() ?? null) : null,
    startedAt: wave.startedAt?.toISOString() ?? null,
    endedAt: wave.endedAt?.toISOString() ?? null,
  };
}

async function causeView(
  ctx: ViewContext,
  row: RolloutRow,
  cause: CauseRow,
  places: readonly CauseGroupRow[],
): Promise<CauseGroup> {
  const task = await findTask(ctx.db, row.id, cause.examplePosition);
  const outcome = task === null ? null : storedOutcome(task);
  const texts = outcomeTexts({ code: cause.code, failure: outcome?.failure ?? null });
  const own = places.filter((place) => place.state === cause.state && place.cause === cause.cause && place.code === cause.code);
  return {
    cause: cause.cause,
    code: cause.code,
    ...texts,
    state: cause.state,
    count: cause.count,
    example:
      task === null
        ? null
        : {
            machineName: task.machineName,
            said: outcome?.azure?.message || outcome?.failure?.rawMessage || null,
            azure: outcome?.azure ?? null,
          },
    retryable: !NEVER_RETRIED.includes(cause.cause),
    groups: own
      .slice(0, SHOWN_GROUPS)
      .map(({ subscriptionId, resourceGroup, count, queued }) => ({ subscriptionId, resourceGroup, count, queued })),
  };
}

/** The roll-out as it stands in the store, the same for everybody who looks. */
export async function sharedView(ctx: ViewContext, row: RolloutRow): Promise<SharedView> {
  const { db, clock } = ctx;
  const now = clock.now();
  const waves = await rolloutWaves(db.session, row.id);
  const counts = await countsByWave(db.session, row.id);
  const total = sum(counts.values());
  const failed = total.failed + total.notReady > 0;
  const causes = failed ? await causeGroups(db, row.id) : [];
  const places = failed ? await causeResourceGroups(db, row.id) : [];
  const causeViews: CauseGroup[] = [];
  for (const cause of causes) causeViews.push(await causeView(ctx, row, cause, places));
  const progress = await progressOf(ctx, { row, waves, counts, now });
  return {
    ...summaryOf(row, total, waves.length),
    work: storedWork(row),
    plan: storedPlan(row),
    describedAs: row.describedAs,
    waves: waves.map((wave) => waveView(wave, counts.get(wave.number) ?? emptyCounts())),
    causes: causeViews,
    ...progress,
    carrierName: row.actsAs === "managedIdentity" ? IDENTITY_NAME : row.carrierName,
    asOf: now.toISOString(),
    demand: demandIn(row),
  };
}

/** The shared view with what holds for this person alone. */
export function viewFor(ctx: Pick<ServiceContext, "demanded">, shared: SharedView, viewer: Viewer): RolloutView {
  const { demand, ...view } = shared;
  const controls = controlsOf(view, viewer);
  const waits = view.actsAs === "operator" && view.waitingFor === WAITING_FOR_OPERATOR && controls.resume.allowed;
  return { ...view, controls, confirmSignIn: waits && (ctx.demanded?.(demand) ?? null) !== null };
}

/** The roll-out as this person sees it. */
export async function rolloutView(
  ctx: ViewContext & Pick<ServiceContext, "demanded">,
  row: RolloutRow,
  viewer: Viewer,
): Promise<RolloutView> {
  return viewFor(ctx, await sharedView(ctx, row), viewer);
}
