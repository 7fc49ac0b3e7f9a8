import { route } from "@/app/api/service-route";
import { rolloutTaskParamsSchema } from "@/lib/services/rollouts/schemas";
import { getTask } from "@/lib/services/rollouts/task";

export const dynamic = "force-dynamic";

/** One machine of a roll-out with its log and its request. */
export const GET = route(({ ctx, params }) => getTask({ ctx, id: params.id, position: params.position }), {
  params: rolloutTaskParamsSchema,
});
