import { route } from "@/app/api/service-route";
import { listHistoryEvents } from "@/lib/services/history/list";
import { historyQuerySchema } from "@/lib/services/history/query";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const GET = route(
  ({ ctx, query }) => listHistoryEvents({ ctx, input: query, readers: services().history.readers(ctx.operator.tenantId) }),
  { query: historyQuerySchema },
);
