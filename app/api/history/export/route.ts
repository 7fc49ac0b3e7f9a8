import { route } from "@/app/api/service-route";
import { textStream } from "@/lib/services/audit/export";
import { exportHistory } from "@/lib/services/history/export";
import { historyExportQuerySchema } from "@/lib/services/history/query";

export const dynamic = "force-dynamic";

export const GET = route(
  async ({ ctx, query }) => {
    const { parts, contentType, fileName } = await exportHistory({ ctx, input: query });
    return new Response(textStream(parts), {
      headers: { "content-type": contentType, "content-disposition": `attachment; filename="${fileName}"` },
    });
  },
  { query: historyExportQuerySchema },
);
