import { route } from "@/app/api/service-route";
import { listElevationBatches } from "@/lib/services/elevation/batches";
import { elevationInputSchema } from "@/lib/services/elevation/schemas";
import { submitElevation } from "@/lib/services/elevation/submit";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** My newest requests, and how long activations took until they worked. */
export const GET = route(({ ctx }) => listElevationBatches({ ctx }));

/**
 * Activates, deactivates, extends, takes back, decides. 202 with the batch; 401 with a claims challenge while a step-up is
 * left: the same body, sent again after it, goes on where it stood.
 */
export const POST = route(
  async ({ ctx, body }) => {
    const batch = await submitElevation({ ctx, runner: services().elevation, input: body });
    return Response.json(batch, { status: 202 });
  },
  { body: elevationInputSchema },
);
