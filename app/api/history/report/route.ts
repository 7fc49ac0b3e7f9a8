import { route } from "@/app/api/service-route";
import { historyReportQuerySchema } from "@/lib/services/history/query";
import { getHistoryReport } from "@/lib/services/history/report";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const GET = route(
  ({ ctx, query }) => getHistoryReport({ ctx, input: query, reading: services().history.reading(ctx.operator.tenantId) }),
  { query: historyReportQuerySchema },
);
