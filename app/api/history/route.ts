import { route } from "@/app/api/service-route";
import { listHistoryEvents } from "@/lib/services/history/list";
import { historyQuerySchema } from "@/lib/services/history/query";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const GET = route(
  ({ ctx, query }) => {
    const { history } = services();
    history.opened(ctx.operator.tenantId);
    return listHistoryEvents({ ctx, input: query, reading: history.reading(ctx.operator.tenantId) });
  },
  { query: historyQuerySchema },
);
