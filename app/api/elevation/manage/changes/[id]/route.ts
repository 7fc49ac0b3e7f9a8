import { route } from "@/app/api/service-route";
import { manageParamsSchema } from "@/lib/services/elevation/manage/schemas";
import { getManageSet } from "@/lib/services/elevation/manage/view";

export const dynamic = "force-dynamic";

/** One set of changes: outcome per item, and whether each is in force yet. */
export const GET = route(({ ctx, params }) => getManageSet({ ctx, id: params.id }), { params: manageParamsSchema });
