import { route } from "@/app/api/service-route";
import { ROLLOUT_BODY_BYTES, rolloutPreflightSchema } from "@/lib/services/rollouts/schemas";
import { previewTemplates } from "@/lib/services/rollouts/templates";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The work of a roll-out that was not started, for the machines that could be worked on. Changes nothing. */
export const POST = route(({ ctx, body }) => previewTemplates({ ctx, identity: services().rollouts.identity, input: body }), {
  body: rolloutPreflightSchema,
  maxBodyBytes: ROLLOUT_BODY_BYTES,
});
