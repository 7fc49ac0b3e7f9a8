import { route } from "@/app/api/service-route";
import { listRoles } from "@/lib/services/access/roles";

export const dynamic = "force-dynamic";

/** Every role definition the operator can see, as Azure has it now. */
export const GET = route(({ ctx }) => listRoles({ ctx }));
