import { route } from "@/app/api/service-route";
import { getAccessChange } from "@/lib/services/access/changes";
import { changeParamsSchema } from "@/lib/services/access/schemas";

export const dynamic = "force-dynamic";

/** One set of changes: outcome per item, and whether each is in force yet. */
export const GET = route(({ ctx, params }) => getAccessChange({ ctx, id: params.id }), { params: changeParamsSchema });
