import "server-only";
import { listHistory } from "@/lib/db/elevation-history";
import type { HistoryPage } from "@/lib/domain/elevation/history/api";
import type { ServiceContext } from "../context";
import { chainOf } from "./chain-of";
import { type HistoryReading, readCoverage } from "./coverage";
import { cursorText, type HistoryQuery, historyFilter, historyScope } from "./query";

const DEFAULT_LIMIT = 50;

/** One page of the history, newest first, of what this operator may see, with how far it can be trusted. */
export async function listHistoryEvents(args: {
  ctx: ServiceContext;
  input: HistoryQuery;
  reading: HistoryReading;
}): Promise<HistoryPage> {
  const { ctx, input } = args;
  const scope = historyScope(ctx.operator);
  const chain = input.machine === undefined ? null : await chainOf(ctx, input.machine);
  const page = await listHistory(ctx.db, {
    scope,
    filter: {
      ...historyFilter(input, chain?.scopes),
      // The page says so beside the choice of kinds; asked for by kind or by person they come.
      members: input.kind !== undefined || input.person !== undefined,
    },
    before: input.cursor ?? null,
    limit: input.limit ?? DEFAULT_LIMIT,
  });
  return {
    events: page.events,
    nextCursor: page.next === null ? null : cursorText(page.next),
    total: page.total,
    scope: scope.personId === null ? "all" : "own",
    coverage: await readCoverage(ctx, args.reading),
    asOf: ctx.clock.now().toISOString(),
  };
}
