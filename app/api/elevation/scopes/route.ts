import { route } from "@/app/api/service-route";
import { elevationScopesSchema } from "@/lib/services/elevation/schemas";
import { narrowerScopes } from "@/lib/services/elevation/scopes";

export const dynamic = "force-dynamic";

/** Where below an eligibility an activation may be narrowed to. */
export const GET = route(({ ctx, query }) => narrowerScopes({ ctx, scope: query.scope }), { query: elevationScopesSchema });
