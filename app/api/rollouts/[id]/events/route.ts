import { route } from "@/app/api/service-route";
import { eventStream } from "@/lib/services/event-stream";
import { watchRollout } from "@/lib/services/rollouts/events";
import { rolloutParamsSchema } from "@/lib/services/rollouts/schemas";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The roll-out now and after each change as server-sent events, until the reader leaves. */
export const GET = route(
  async ({ ctx, params }) => {
    const body = await eventStream(watchRollout({ ctx, feed: services().rollouts.feed, id: params.id }));
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" } });
  },
  { params: rolloutParamsSchema },
);
