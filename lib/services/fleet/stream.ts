import "server-only";
import type { SubscriptionRow } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import type { FleetHead, FleetMessage, FleetTail } from "@/lib/domain/fleet-wire";
import type { ServiceContext } from "../context";
import { createChannel } from "./channel";
import { COUNT_QUERY } from "./queries";
import { type FleetRead, type FleetReadResult, readFleet } from "./read-fleet";
import { planShards, type Shard } from "./shards";
import { loadFleetSnapshot, machineIdsOf, storeFleetSnapshot } from "./snapshot";

/** Pages in memory at once. A browser that reads slowly slows the reading of Azure. */
const PAGES_AHEAD = 24;

export type FleetContext = Pick<ServiceContext, "azure" | "clock" | "traceId" | "log" | "db" | "operator" | "config" | "signal">;

export type FleetInput = {
  /** Serve this operator's last whole read when there is one; the browser asks again without it for the fresh one. */
  snapshot: boolean;
};

type Plan = { shards: Shard[]; expected: number | null; subscriptions: SubscriptionRow[] };

/** A refused sign-in, a step-up or no token for Azure at all must reach the browser as such; anything else leaves the list poorer, not absent. */
function mustStop(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === "unauthenticated" || error.azure?.service === "entra";
}

async function countMachines(ctx: FleetContext): Promise<{ subscriptionId: string; machines: number }[] | null> {
  try {
    const counts: { subscriptionId: string; machines: number }[] = [];
    let skipToken: string | null = null;
    do {
      const page = await ctx.azure.resourceGraph.query({ query: COUNT_QUERY, skipToken }, { signal: ctx.signal });
      for (const row of page.rows) {
        if (typeof row.subscriptionId !== "string" || typeof row.machines !== "number") continue;
        counts.push({ subscriptionId: row.subscriptionId, machines: row.machines });
      }
      skipToken = page.skipToken === skipToken ? null : page.skipToken;
    } while (skipToken !== null);
    return counts;
  } catch (error) {
    if (mustStop(error) || ctx.signal.aborted) throw error;
    ctx.log.warn("fleet.countFailed", { traceId: ctx.traceId });
    return null;
  }
}

async function listSubscriptions(ctx: FleetContext): Promise<SubscriptionRow[]> {
  try {
    return await ctx.azure.resourceManager.listSubscriptions({ signal: ctx.signal });
  } catch (error) {
    if (mustStop(error) || ctx.signal.aborted) throw error;
    ctx.log.warn("fleet.subscriptionsFailed", { traceId: ctx.traceId });
    return [];
  }
}

async function planFleet(ctx: FleetContext): Promise<Plan> {
  const [counts, subscriptions] = await Promise.all([countMachines(ctx), listSubscriptions(ctx)]);
  if (counts === null) return { shards: [{ subscriptionIds: [], expected: 0 }], expected: null, subscriptions };
  return { shards: planShards(counts), expected: counts.reduce((sum, row) => sum + row.machines, 0), subscriptions };
}

async function removedSince(ctx: FleetContext, result: FleetReadResult): Promise<string[]> {
  // What an incomplete read does not show may still be there.
  if (!result.machines.complete) return [];
  const before = await loadFleetSnapshot(ctx);
  return before === null ? [] : machineIdsOf(before.lines).filter((id) => !result.seen.has(id));
}

function headOf(plan: Plan, asOf: Date): FleetHead {
  return {
    type: "head",
    asOf: asOf.toISOString(),
    expected: plan.expected,
    subscriptions: plan.subscriptions.map(({ id, name }) => ({ id, name })),
    fromSnapshot: false,
  };
}

async function* freshMessages(ctx: FleetContext): AsyncGenerator<FleetMessage> {
  const asOf = ctx.clock.now();
  const plan = await planFleet(ctx);
  yield headOf(plan, asOf);
  const names = new Map(plan.subscriptions.map((row) => [row.id.toLowerCase(), row.name]));
  // When the reader stops early, the reading of Azure stops with it.
  const stop = new AbortController();
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  const out = createChannel<FleetMessage>(PAGES_AHEAD);
  const read: FleetRead = {
    ctx: { ...ctx, signal },
    shards: plan.shards,
    expected: plan.expected,
    subscriptionName: (id) => names.get(id.toLowerCase()) ?? id,
    asOf,
  };
  const reading = readFleet(read, out).then(
    (result) => {
      out.end();
      return result;
    },
    (error: unknown) => {
      out.end(error);
      throw error;
    },
  );
  // The channel hands the error on; without this a reader that has left would make it an unhandled rejection.
  reading.catch(() => undefined);
  try {
    yield* out.items();
    const { machines, certificates, extensions, ...result } = await reading;
    const removed = await removedSince(ctx, { machines, certificates, extensions, ...result });
    const tail: FleetTail = { type: "tail", machines, certificates, extensions, removed };
    yield tail;
  } finally {
    stop.abort();
    out.end();
  }
}

/**
 * The fleet as JSON lines: one head, pages in any order, one tail. Throws AppError before the head when nothing can be read
 * at all; afterwards every failure is named in the tail, so a list is never short without a word.
 */
export async function* streamFleet(args: { ctx: FleetContext; input: FleetInput }): AsyncGenerator<string> {
  const { ctx } = args;
  const stored = args.input.snapshot ? await loadFleetSnapshot(ctx) : null;
  if (stored !== null) {
    yield* stored.lines;
    return;
  }
  const startedAt = ctx.clock.now();
  const lines: string[] = [];
  for await (const message of freshMessages(ctx)) {
    const line = JSON.stringify(message);
    if (message.type !== "progress") lines.push(line);
    // Only a whole list may be shown next time as what the fleet looked like.
    if (message.type === "tail" && message.machines.complete) {
      storeFleetSnapshot(ctx, lines, startedAt, (error) =>
        ctx.log.error("fleet.snapshotNotStored", error, { traceId: ctx.traceId }),
      );
    }
    yield line;
  }
}
