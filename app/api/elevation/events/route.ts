import { route } from "@/app/api/service-route";
import { elevationEventsSchema } from "@/lib/services/elevation/schemas";
import { watchElevation } from "@/lib/services/elevation/watch";
import { eventStream } from "@/lib/services/event-stream";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** What waits for me and of me, now and after each change, as server-sent events. */
export const GET = route(
  async ({ ctx, query }) => {
    const body = await eventStream(watchElevation({ ctx, runner: services().elevation, pace: query.pace }));
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" } });
  },
  { query: elevationEventsSchema },
);
