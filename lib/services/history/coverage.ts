import "server-only";
import { allWindows, stepsOf } from "@/lib/db/history-state";
import { lastSegment } from "@/lib/domain/access/scope";
import type { AboveCoverage, HistoryCoverage, SourceState } from "@/lib/domain/elevation/history/api";
import { commonWindows, gapsOf, isCovered, type Window } from "@/lib/domain/elevation/history/coverage";
import type { HistorySource } from "@/lib/domain/elevation/history/types";
import type { Coverage } from "@/lib/domain/elevation/history/who-had";
import type { ServiceContext } from "../context";
import { historyScope } from "./query";
import { ROOT_PLACE, TENANT_PLACE } from "./remote";

const NEEDED: readonly HistorySource[] = ["requests", "activity"];

const isAbove = (scope: string): boolean => scope === ROOT_PLACE || scope.startsWith("/providers/");

function aboveOf(logs: readonly SourceState[], hidden: boolean): AboveCoverage {
  const unread = logs.filter(({ windows }) => windows.length === 0);
  const read = logs.filter(({ windows }) => windows.length > 0).map(({ windows }) => windows);
  const from = read.length === 0 ? null : (commonWindows(read).at(-1)?.from ?? null);
  return { places: logs.length, unreadPlaces: unread.length, unread: hidden ? [] : unread.map(({ name }) => name), from };
}

/** Of the scopes above a machine's subscription, those whose activity log was not read without a hole in a range. */
export async function unreadAbove(ctx: ServiceContext, scopes: readonly string[], from: string, to: string): Promise<string[]> {
  const [steps, windows] = await Promise.all([stepsOf(ctx.db, ctx.operator.tenantId), allWindows(ctx.db, ctx.operator.tenantId)]);
  return scopes.filter(isAbove).flatMap((scope) => {
    const own = windows.filter((row) => row.source === "activity" && row.scope === scope);
    if (isCovered(own, from, to)) return [];
    return [steps.find((step) => step.source === "activity" && step.scope === scope)?.scopeName ?? lastSegment(scope)];
  });
}

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
  const lists = sources.filter(({ source, scope }) => NEEDED.includes(source) && !isAbove(scope)).map((one) => one.windows);
  const common = lists.some((list) => list.length === 0) ? [] : commonWindows(lists);
  const newest = common.reduce<Window | null>((last, one) => (last === null || one.to > last.to ? one : last), null);
  const whole = { from: newest?.from ?? null, to: newest?.to ?? null, gaps: gapsOf(common), ...reading };
  // Places may be read with rights that this operator does not have: their names are for those who see the whole history.
  const placesHidden = historyScope(ctx.operator).personId !== null;
  const above = aboveOf(
    sources.filter(({ source, scope }) => source === "activity" && isAbove(scope)),
    placesHidden,
  );
  return { ...whole, sources: placesHidden ? [] : sources, placesHidden, above };
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
