import { searchPrincipals } from "@/lib/services/access/principals";
import { principalQuerySchema } from "@/lib/services/access/schemas";
import { route } from "../service-route";

export const dynamic = "force-dynamic";

/** People, groups and service principals, search as you type. */
export const GET = route(({ ctx, query }) => searchPrincipals({ ctx, search: query.search }), { query: principalQuerySchema });
