import { route } from "@/app/api/service-route";
import { myElevation } from "@/lib/services/elevation/mine";

export const dynamic = "force-dynamic";

/** Roles that I may activate, hold for a while or wait for, on all scopes. */
export const GET = route(({ ctx }) => myElevation({ ctx }));
