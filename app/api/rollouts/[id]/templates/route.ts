import { route } from "@/app/api/service-route";
import { rolloutParamsSchema } from "@/lib/services/rollouts/schemas";
import { templatesOfRollout } from "@/lib/services/rollouts/templates";

export const dynamic = "force-dynamic";

/** The same work as Bicep, ARM JSON, az script and PowerShell. */
export const GET = route(({ ctx, params }) => templatesOfRollout({ ctx, id: params.id }), { params: rolloutParamsSchema });
