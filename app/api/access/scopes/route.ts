import { route } from "@/app/api/service-route";
import { listScopes } from "@/lib/services/access/scope-list";

export const dynamic = "force-dynamic";

/** Management groups and subscriptions to choose from. Only reads. */
export const GET = route(({ ctx }) => listScopes({ ctx }));
