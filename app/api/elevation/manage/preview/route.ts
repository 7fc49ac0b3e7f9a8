import { route } from "@/app/api/service-route";
import { previewManage } from "@/lib/services/elevation/manage/preview";
import { managePreviewSchema } from "@/lib/services/elevation/manage/schemas";

export const dynamic = "force-dynamic";

/** What would change, what speaks against it and what exactly would be sent. Writes nothing. */
export const POST = route(async ({ ctx, body }) => (await previewManage({ ctx, requests: body.requests })).preview, {
  body: managePreviewSchema,
});
