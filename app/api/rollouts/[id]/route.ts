import { route } from "@/app/api/service-route";
import { getRollout } from "@/lib/services/rollouts/get";
import { rolloutParamsSchema } from "@/lib/services/rollouts/schemas";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx, params }) => getRollout({ ctx, id: params.id }), { params: rolloutParamsSchema });
