import { route } from "@/app/api/service-route";
import { exportAudit, textStream } from "@/lib/services/audit/export";
import { auditExportQuerySchema } from "@/lib/services/audit/query";

export const dynamic = "force-dynamic";

export const GET = route(
  ({ ctx, query }) => {
    const { parts, contentType, fileName } = exportAudit({ ctx, input: query });
    return new Response(textStream(parts), {
      headers: { "content-type": contentType, "content-disposition": `attachment; filename="${fileName}"` },
    });
  },
  { query: auditExportQuerySchema },
);
