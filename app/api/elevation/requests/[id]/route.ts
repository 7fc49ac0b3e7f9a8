import { route } from "@/app/api/service-route";
import { getElevationBatch } from "@/lib/services/elevation/batches";
import { elevationParamsSchema } from "@/lib/services/elevation/schemas";

export const dynamic = "force-dynamic";

/** One batch of requests: outcome per item, and whether each works yet. */
export const GET = route(({ ctx, params }) => getElevationBatch({ ctx, id: params.id }), { params: elevationParamsSchema });
