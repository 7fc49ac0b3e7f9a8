import { route } from "@/app/api/service-route";
import { accessRights } from "@/lib/services/access/rights";
import { rightsQuerySchema } from "@/lib/services/access/schemas";

export const dynamic = "force-dynamic";

/** What the signed-in operator may do about access at one scope. */
export const GET = route(({ ctx, query }) => accessRights(ctx, query.scope), { query: rightsQuerySchema });
