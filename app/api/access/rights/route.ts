import { route } from "@/app/api/service-route";
import { accessRights, accessRightsAt } from "@/lib/services/access/rights";
import { rightsInputSchema, rightsQuerySchema } from "@/lib/services/access/schemas";

export const dynamic = "force-dynamic";

/** What the signed-in operator may do about access at one scope. */
export const GET = route(({ ctx, query }) => accessRights(ctx, query.scope), { query: rightsQuerySchema });

/** The same at many scopes in one call. Writes nothing. */
export const POST = route(({ ctx, body }) => accessRightsAt(ctx, body.scopes), { body: rightsInputSchema });
