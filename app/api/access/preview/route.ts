import { route } from "@/app/api/service-route";
import { previewAccess } from "@/lib/services/access/preview";
import { previewInputSchema } from "@/lib/services/access/schemas";

export const dynamic = "force-dynamic";

/** Who would gain or lose what. Writes nothing. */
export const POST = route(async ({ ctx, body }) => (await previewAccess({ ctx, changes: body.changes })).preview, {
  body: previewInputSchema,
});
