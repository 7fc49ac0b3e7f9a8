import { resourceQuerySchema } from "@/lib/services/access/schemas";
import { searchResources } from "@/lib/services/access/search-resources";
import { route } from "../service-route";

export const dynamic = "force-dynamic";

/** Resources of the tenant that a role can be given on, search as you type. */
export const GET = route(({ ctx, query }) => searchResources({ ctx, search: query.search, type: query.type ?? null }), {
  query: resourceQuerySchema,
});
