import { route } from "@/app/api/service-route";
import { elevationPermits } from "@/lib/services/elevation/permits";
import { permitsInputSchema } from "@/lib/services/elevation/schemas";

export const dynamic = "force-dynamic";

/** What roles would let people do, on how many machines. Only reads. */
export const POST = route(({ ctx, body }) => elevationPermits({ ctx, input: body }), { body: permitsInputSchema });
