import { route } from "@/app/api/service-route";
import { manageOverview } from "@/lib/services/elevation/manage/overview";

export const dynamic = "force-dynamic";

/** Eligibilities, time-bound and standing assignments of everything the operator sees, and how they compare. */
export const GET = route(({ ctx }) => manageOverview({ ctx }));
