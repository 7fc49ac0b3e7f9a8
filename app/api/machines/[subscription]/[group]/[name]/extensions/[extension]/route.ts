import { route } from "@/app/api/service-route";
import { services } from "@/lib/services/runtime";
import { extensionParamsSchema, refOf, uninstallInputSchema } from "@/lib/services/sign-in/inputs";
import { uninstallSignIn } from "@/lib/services/sign-in/uninstall";

export const dynamic = "force-dynamic";

/** Removes the sign-in extension. Answers 202 with the operation. */
export const DELETE = route(
  async ({ ctx, params, body }) => {
    const { extension, ...machine } = params;
    const operation = await uninstallSignIn({
      ctx,
      runner: services().runner,
      ref: refOf(machine),
      extensionName: extension,
      input: body,
    });
    return Response.json(operation, { status: 202 });
  },
  { params: extensionParamsSchema, body: uninstallInputSchema },
);
