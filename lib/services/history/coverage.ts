import "server-only";
import { allWindows, stepsOf } from "@/lib/db/history-state";
import type { HistoryCoverage, SourceState } from "@/lib/domain/elevation/history/api";
import { commonWindows, gapsOf, type Window } from "@/lib/domain/elevation/history/coverage";
import type { HistorySource } from "@/lib/domain/elevation/history/types";
import type { Coverage } from "@/lib/domain/elevation/history/who-had";
import type { ServiceContext } from "../context";
import { historyScope } from "./query";
import { TENANT_PLACE } from "./remote";

const NEEDED: readonly HistorySource[] = ["requests", "activity"];

/** With whose rights the copy goes on. */
export type HistoryReading = Pick<HistoryCoverage, "readers" | "identity">;

/** What is read of each place, and what that means for the whole. A place that was never read leaves the whole without a beginning. */
export async function readCoverage(ctx: ServiceContext, reading: HistoryReading): Promise<HistoryCoverage> {
  const { tenantId } = ctx.operator;
  const [steps, windows] = await Promise.all([stepsOf(ctx.db, tenantId), allWindows(ctx.db, tenantId)]);
  const sources = steps.map((step): SourceState => {
    const own = windows.filter(({ source, scope }) => source === step.source && scope === step.scope);
    const plain = own.map(({ from, to }) => ({ from, to }));
    return {
      // Only putSteps writes the column.
      source: step.source as HistorySource,
      scope: step.scope,
      name: step.scopeName,
      windows: plain,
      gaps: gapsOf(plain),
      readAt: step.readAt?.toISOString() ?? null,
      readBy: step.carrierName,
      problem: step.problem,
    };
  });
  const lists = sources.filter(({ source }) => NEEDED.includes(source)).map((one) => one.windows);
  const common = lists.some((list) => list.length === 0) ? [] : commonWindows(lists);
  const newest = common.reduce<Window | null>((last, one) => (last === null || one.to > last.to ? one : last), null);
  const whole = { from: newest?.from ?? null, to: newest?.to ?? null, gaps: gapsOf(common), ...reading };
  // Places may be read with rights that this operator does not have: their names are for those who see the whole history.
  const placesHidden = historyScope(ctx.operator).personId !== null;
  return { ...whole, sources: placesHidden ? [] : sources, placesHidden };
}

/** The same for one machine: only its own subscription counts. */
export async function coverageOf(ctx: ServiceContext, subscription: string): Promise<{ coverage: Coverage; common: Window[] }> {
  const windows = await allWindows(ctx.db, ctx.operator.tenantId);
  const of = (source: HistorySource, scope: string): Window[] =>
    windows.filter((row) => row.source === source && row.scope === scope).map(({ from, to }) => ({ from, to }));
  const coverage: Coverage = {
    requests: of("requests", subscription),
    activity: of("activity", subscription),
    state: of("state", subscription),
    groups: of("groups", TENANT_PLACE),
  };
  return { coverage, common: commonWindows([coverage.requests, coverage.activity]) };
}
