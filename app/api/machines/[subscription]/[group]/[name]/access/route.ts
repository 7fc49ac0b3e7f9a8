import { route } from "@/app/api/service-route";
import { getMachineAccess } from "@/lib/services/access/machine";
import { machineParamsSchema } from "@/lib/services/machine/ref-schema";

export const dynamic = "force-dynamic";

/** Who can do what on the machine, by which path. */
export const GET = route(({ ctx, params }) => getMachineAccess({ ctx, ref: params }), { params: machineParamsSchema });
