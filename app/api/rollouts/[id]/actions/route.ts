import { route } from "@/app/api/service-route";
import { actOnRollout } from "@/lib/services/rollouts/actions";
import { ROLLOUT_BODY_BYTES, rolloutActionSchema, rolloutParamsSchema } from "@/lib/services/rollouts/schemas";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** Pause, resume, cancel and the other actions of people. The same action twice changes nothing the second time. */
export const POST = route(
  ({ ctx, body, params }) => {
    const { runner } = services().rollouts;
    return actOnRollout({ ctx, runner, id: params.id, input: body });
  },
  { body: rolloutActionSchema, params: rolloutParamsSchema, maxBodyBytes: ROLLOUT_BODY_BYTES },
);
