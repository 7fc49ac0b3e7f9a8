import { route } from "@/app/api/service-route";
import { rolloutParamsSchema, taskQuerySchema } from "@/lib/services/rollouts/schemas";
import { listTasks } from "@/lib/services/rollouts/tasks";

export const dynamic = "force-dynamic";

/** A page of the machines of a roll-out, filtered. */
export const GET = route(({ ctx, params, query }) => listTasks({ ctx, id: params.id, query }), {
  params: rolloutParamsSchema,
  query: taskQuerySchema,
});
