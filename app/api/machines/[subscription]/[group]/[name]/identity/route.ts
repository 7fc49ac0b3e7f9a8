import { route } from "@/app/api/service-route";
import { enableIdentity, enableIdentityInputSchema } from "@/lib/services/identity/enable";
import { services } from "@/lib/services/runtime";
import { machineParamsSchema, refOf } from "@/lib/services/sign-in/inputs";

export const dynamic = "force-dynamic";

/** Switches the system-assigned identity on. Answers 202 with the operation. */
export const PATCH = route(
  async ({ ctx, params, body }) => {
    const operation = await enableIdentity({ ctx, runner: services().runner, ref: refOf(params), input: body });
    return Response.json(operation, { status: 202 });
  },
  { params: machineParamsSchema, body: enableIdentityInputSchema },
);
