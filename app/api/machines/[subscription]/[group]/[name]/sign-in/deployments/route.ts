import { route } from "@/app/api/service-route";
import { services } from "@/lib/services/runtime";
import { deploySignIn } from "@/lib/services/sign-in/deploy";
import { deployInputSchema, machineParamsSchema, refOf } from "@/lib/services/sign-in/inputs";

export const dynamic = "force-dynamic";

/** Installs or repairs the sign-in extension. Answers 202 with the operation; the same operation id is the same operation. */
export const POST = route(
  async ({ ctx, params, body }) => {
    const operation = await deploySignIn({ ctx, runner: services().runner, ref: refOf(params), input: body });
    return Response.json(operation, { status: 202 });
  },
  { params: machineParamsSchema, body: deployInputSchema },
);
