import { z } from "zod";
import { route } from "@/app/api/service-route";
import { getOperation } from "@/lib/services/operations/get";
import { operationEventStream, watchOperation } from "@/lib/services/operations/watch";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The operation now and after each change as server-sent events, until it ends. */
export const GET = route(
  async ({ ctx, params }) => {
    // Asked once before the stream begins, so that "not found" is an answer and not a broken stream.
    await getOperation({ ctx, id: params.id });
    const body = operationEventStream(watchOperation({ ctx, runner: services().runner, id: params.id }));
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" } });
  },
  { params: z.strictObject({ id: z.guid() }) },
);
