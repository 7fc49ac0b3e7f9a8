import "server-only";
import { createHash } from "node:crypto";
import type { PimRequestRow, PimScheduleRow } from "@/lib/azure/pim-ports";
import type { ElevationEvent } from "@/lib/domain/elevation/api";
import type { ElevationRunner } from "@/lib/jobs/elevation-runner";
import { mustStop } from "../access/gaps";
import type { ServiceContext } from "../context";
import { undecided } from "./approvals";

/** Azure tells nobody when a request arrives, so it is asked; what this portal did itself is told at once. */
const LOOK_EVERY_MS = { near: 5_000, far: 60_000 } as const;
/** A request that this process just sent is there after a moment. */
const SETTLE_MS = 300;
const HEARTBEAT_EVERY_MS = 15_000;

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 16);
}

const requestMark = (row: PimRequestRow) => [row.name, row.status];
const scheduleMark = (row: PimScheduleRow) => [row.name, row.endsAt];

type Look = { waiting: number | null; stamps: ElevationEvent["stamps"] };

/** near: a page of elevation is open, both lists are followed. far: only what waits for a decision, for the number beside the menu. */
export type WatchPace = keyof typeof LOOK_EVERY_MS;

/** The state of the lists in short. A list that cannot be read keeps its last stamp: not knowing is no change. */
async function look(ctx: ServiceContext, last: Look | null, pace: WatchPace): Promise<Look> {
  const { pim } = ctx.azure;
  const options = { signal: ctx.signal };
  async function orLast<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (mustStop(error, ctx)) throw error;
      return otherwise;
    }
  }
  const mine = ctx.operator.objectId.toLowerCase();
  const [approvals, own] = await Promise.all([
    orLast(async () => undecided(await pim.requests("activation", "asApprover", options)), null),
    pace === "far"
      ? ""
      : orLast(
          async () =>
            digest([
              (await pim.myAssignments(options)).filter(({ endsAt }) => endsAt !== null).map(scheduleMark),
              (await pim.requests("activation", "asRequestor", options)).map(requestMark),
              (await pim.myEligibilities(options)).map(scheduleMark),
            ]),
          last?.stamps.mine ?? "",
        ),
  ]);
  return {
    waiting:
      approvals === null
        ? (last?.waiting ?? null)
        : approvals.filter(({ principalId }) => principalId.toLowerCase() !== mine).length,
    stamps: { approvals: approvals === null ? (last?.stamps.approvals ?? "") : digest(approvals.map(requestMark)), mine: own },
  };
}

/** Waits until something of this tenant changed here, or it is time to ask Azure again. True when it changed. */
function nextChange(ctx: ServiceContext, runner: ElevationRunner, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (changed: boolean) => {
      clearTimeout(timer);
      off();
      ctx.signal.removeEventListener("abort", leave);
      resolve(changed);
    };
    const leave = () => end(false);
    const timer = setTimeout(() => end(false), ms);
    const off = runner.onChange(({ tenantId }) => {
      if (tenantId === ctx.operator.tenantId) setTimeout(() => end(true), SETTLE_MS);
    });
    ctx.signal.addEventListener("abort", leave, { once: true });
    if (ctx.signal.aborted) end(false);
  });
}

/** What waits for me and of me, now and after each change, until the reader leaves. `null` is a heartbeat. */
export async function* watchElevation(args: {
  ctx: ServiceContext;
  runner: ElevationRunner;
  pace: WatchPace;
  everyMs?: number;
}): AsyncGenerator<ElevationEvent | null> {
  const { ctx, runner, pace } = args;
  const everyMs = args.everyMs ?? LOOK_EVERY_MS[pace];
  let last: Look | null = null;
  let quietMs = 0;
  while (!ctx.signal.aborted) {
    const seen: Look = await look(ctx, last, pace);
    const isNew = JSON.stringify(seen) !== JSON.stringify(last);
    last = seen;
    if (isNew) {
      quietMs = 0;
      yield { ...seen, asOf: ctx.clock.now().toISOString() };
    }
    let changed = false;
    for (let waitedMs = 0; waitedMs < everyMs && !changed && !ctx.signal.aborted; ) {
      const ms = Math.min(everyMs - waitedMs, HEARTBEAT_EVERY_MS);
      changed = await nextChange(ctx, runner, ms);
      waitedMs += ms;
      quietMs += ms;
      if (quietMs < HEARTBEAT_EVERY_MS || changed) continue;
      quietMs = 0;
      yield null;
    }
  }
}
