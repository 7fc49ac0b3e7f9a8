import { route } from "@/app/api/service-route";
import { approvalCount } from "@/lib/services/elevation/approvals";

export const dynamic = "force-dynamic";

/** How many requests wait for a decision of mine. */
export const GET = route(({ ctx }) => approvalCount({ ctx }));
