import { z } from "zod";
import { route } from "@/app/api/service-route";
import { ACCESS_CONTENT_TYPE } from "@/lib/domain/access/inputs-wire";
import { streamAccessInputs } from "@/lib/services/access/inputs";
import { lineStream } from "@/lib/services/fleet/line-stream";

export const dynamic = "force-dynamic";

/** Everything the engine needs for the fleet, as JSON lines. */
export const GET = route(
  async ({ ctx, query }) => {
    const body = await lineStream(streamAccessInputs({ ctx, snapshot: query.snapshot === "1" }));
    // no-transform would stop the compression; x-accel-buffering keeps a proxy from holding pages back.
    return new Response(body, { headers: { "content-type": ACCESS_CONTENT_TYPE, "x-accel-buffering": "no" } });
  },
  { query: z.strictObject({ snapshot: z.literal("1").optional() }) },
);
