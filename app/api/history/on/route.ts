import { route } from "@/app/api/service-route";
import { historyOnQuerySchema } from "@/lib/services/history/query";
import { whoHadAccess } from "@/lib/services/history/who-had";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx, query }) => whoHadAccess({ ctx, input: query }), { query: historyOnQuerySchema });
