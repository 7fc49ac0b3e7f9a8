import { route } from "@/app/api/service-route";
import { checkElevation } from "@/lib/services/elevation/check";
import { elevationCheckSchema } from "@/lib/services/elevation/schemas";

export const dynamic = "force-dynamic";

/** What would become of requests: problems, Azure's own dry run, exact requests and commands. Nothing is made. */
export const POST = route(({ ctx, body }) => checkElevation({ ctx, input: body }), { body: elevationCheckSchema });
