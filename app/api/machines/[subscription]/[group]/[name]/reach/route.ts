import { route } from "@/app/api/service-route";
import { getMachineReach } from "@/lib/services/access/reach";
import { machineParamsSchema } from "@/lib/services/machine/ref-schema";

export const dynamic = "force-dynamic";

/** What the machine's identity may do across the tenant, and who can become it. */
export const GET = route(({ ctx, params }) => getMachineReach({ ctx, ref: params }), { params: machineParamsSchema });
