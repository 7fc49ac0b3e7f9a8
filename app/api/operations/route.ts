import { z } from "zod";
import { route } from "@/app/api/service-route";
import { listOperations } from "@/lib/services/operations/list";

export const dynamic = "force-dynamic";

/** The newest operations of the operator, or of the tenant for Portal.Auditor and Portal.Admin. */
export const GET = route(({ ctx, query }) => listOperations({ ctx, runningOnly: query.running === "1" }), {
  query: z.strictObject({ running: z.literal("1").optional() }),
});
