import { route } from "@/app/api/service-route";
import { machineParamsSchema, preflightInputSchema, refOf } from "@/lib/services/sign-in/inputs";
import { preflight } from "@/lib/services/sign-in/preflight";

export const dynamic = "force-dynamic";

/** Runs the checks of "enable Entra sign-in" on one machine. Changes nothing. */
export const POST = route(({ ctx, params, body }) => preflight({ ctx, ref: refOf(params), input: body }), {
  params: machineParamsSchema,
  body: preflightInputSchema,
});
