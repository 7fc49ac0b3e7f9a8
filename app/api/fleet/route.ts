import { z } from "zod";
import { FLEET_CONTENT_TYPE } from "@/lib/domain/fleet-wire";
import { lineStream } from "@/lib/services/fleet/line-stream";
import { streamFleet } from "@/lib/services/fleet/stream";
import { route } from "../service-route";

export const dynamic = "force-dynamic";

export const GET = route(
  async ({ ctx, query }) => {
    const body = await lineStream(streamFleet({ ctx, input: { snapshot: query.snapshot === "1" } }));
    // no-transform would stop the compression; x-accel-buffering keeps a proxy from holding pages back.
    return new Response(body, { headers: { "content-type": FLEET_CONTENT_TYPE, "x-accel-buffering": "no" } });
  },
  { query: z.strictObject({ snapshot: z.literal("1").optional() }) },
);
