import "server-only";
import { eventsBetween } from "@/lib/db/elevation-history";
import type { HistoryReport } from "@/lib/domain/elevation/history/api";
import { isCovered } from "@/lib/domain/elevation/history/coverage";
import { weeklyReport } from "@/lib/domain/elevation/history/report";
import { rangeOfWeek } from "@/lib/domain/elevation/history/week";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { type HistoryReading, readCoverage } from "./coverage";
import { type HistoryReportQuery, requireAuditor } from "./query";

/** An activation lasts a day at most, an approval comes within another: what ran in the week began in the week before. */
const RUNNING_BEFORE_MS = 7 * 86_400_000;

/** The report of one week. Throws AppError forbidden without Portal.Auditor. */
export async function getHistoryReport(args: {
  ctx: ServiceContext;
  input: HistoryReportQuery;
  reading: HistoryReading;
}): Promise<HistoryReport> {
  const { ctx, input } = args;
  requireAuditor(ctx.operator);
  const range = rangeOfWeek(input.week);
  if (range === null) throw new AppError({ code: "invalid_input", message: `${input.week} is no week.` });
  const before = new Date(Date.parse(range.from) - RUNNING_BEFORE_MS).toISOString();
  const running = await eventsBetween(ctx.db, ctx.operator.tenantId, before, range.to);
  const week = running.filter(({ at }) => at >= range.from);
  const coverage = await readCoverage(ctx, args.reading);
  const isWhole =
    coverage.from !== null && coverage.to !== null && isCovered([{ from: coverage.from, to: coverage.to }], range.from, range.to);
  return {
    ...weeklyReport(week, running, range),
    week: input.week,
    ...range,
    total: week.length,
    coverage,
    isWhole,
    asOf: ctx.clock.now().toISOString(),
  };
}
