import { route } from "@/app/api/service-route";
import { givenRule } from "@/lib/services/elevation/manage/policies";
import { ruleQuerySchema } from "@/lib/services/elevation/manage/schemas";

export const dynamic = "force-dynamic";

/** What the policy of a role lets administrators give at a scope. */
export const GET = route(({ ctx, query }) => givenRule({ ctx, ...query }), { query: ruleQuerySchema });
