import "server-only";
import { eventsOfScopes } from "@/lib/db/elevation-history";
import type { HistoryOn } from "@/lib/domain/elevation/history/api";
import { type AtLeastReason, whoHad } from "@/lib/domain/elevation/history/who-had";
import { parseMachineId } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { chainOf } from "./chain-of";
import { coverageOf, unreadAbove } from "./coverage";
import { type HistoryOnQuery, requireAuditor } from "./query";

const DAY_MS = 86_400_000;

function rangeOf({ date, at }: HistoryOnQuery): { from: string; to: string } {
  if (at !== undefined) return { from: at.toISOString(), to: at.toISOString() };
  const from = new Date(`${date}T00:00:00.000Z`);
  return { from: from.toISOString(), to: new Date(from.getTime() + DAY_MS).toISOString() };
}

/** Who held a role that reached a machine on a day or at a moment. Throws AppError forbidden without Portal.Auditor. */
export async function whoHadAccess(args: { ctx: ServiceContext; input: HistoryOnQuery }): Promise<HistoryOn> {
  const { ctx, input } = args;
  requireAuditor(ctx.operator);
  const range = rangeOf(input);
  const chain = await chainOf(ctx, input.machine);
  const events = await eventsOfScopes(ctx.db, ctx.operator.tenantId, chain.scopes);
  const { coverage, common } = await coverageOf(ctx, chain.subscription);
  const answer = whoHad({ events, chain: chain.scopes, range, coverage, common });
  const above: AtLeastReason[] = chain.complete ? [] : [{ id: "aboveSubscription" }];
  return {
    machine: { id: input.machine, name: parseMachineId(input.machine)?.name ?? input.machine },
    ...range,
    ...answer,
    atLeast: [...answer.atLeast, ...above],
    complete: above.length === 0 ? answer.complete : null,
    hierarchy: chain.complete,
    aboveUnread: await unreadAbove(ctx, chain.scopes, range.from, range.to),
    asOf: ctx.clock.now().toISOString(),
  };
}
