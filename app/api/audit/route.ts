import { route } from "@/app/api/service-route";
import { listAuditEntries } from "@/lib/services/audit/list";
import { auditQuerySchema } from "@/lib/services/audit/query";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx, query }) => listAuditEntries({ ctx, input: query }), { query: auditQuerySchema });
