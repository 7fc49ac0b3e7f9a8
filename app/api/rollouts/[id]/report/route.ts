import { route } from "@/app/api/service-route";
import { textStream } from "@/lib/services/audit/export";
import { reportRollout } from "@/lib/services/rollouts/report";
import { reportQuerySchema, rolloutParamsSchema } from "@/lib/services/rollouts/schemas";
import { tDynamic } from "@/messages/t";

export const dynamic = "force-dynamic";

/** Every machine of a roll-out with its verdict, as JSON or CSV. */
export const GET = route(
  async ({ ctx, params, query }) => {
    const { parts, contentType, fileName } = await reportRollout({ ctx, id: params.id, format: query.format, words: tDynamic });
    return new Response(textStream(parts), {
      headers: { "content-type": contentType, "content-disposition": `attachment; filename="${fileName}"` },
    });
  },
  { params: rolloutParamsSchema, query: reportQuerySchema },
);
