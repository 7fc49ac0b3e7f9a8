import { route } from "@/app/api/service-route";
import { preflightRollout } from "@/lib/services/rollouts/preflight";
import { ROLLOUT_BODY_BYTES, rolloutPreflightSchema } from "@/lib/services/rollouts/schemas";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** Reads and judges every machine of a roll-out. Changes nothing. */
export const POST = route(({ ctx, body }) => preflightRollout({ ctx, identity: services().rollouts.identity, input: body }), {
  body: rolloutPreflightSchema,
  maxBodyBytes: ROLLOUT_BODY_BYTES,
});
