import { route } from "@/app/api/service-route";
import { listPolicies } from "@/lib/services/elevation/manage/policies";
import { policiesQuerySchema } from "@/lib/services/elevation/manage/schemas";

export const dynamic = "force-dynamic";

/** Role settings of roles that are in use, or with all=1 of every role at the same scopes. */
export const GET = route(({ ctx, query }) => listPolicies({ ctx, all: query.all === "1" }), { query: policiesQuerySchema });
