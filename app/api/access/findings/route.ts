import { route } from "@/app/api/service-route";
import { listAccessFindings } from "@/lib/services/access/findings";

export const dynamic = "force-dynamic";

/** What is wrong or risky about access. */
export const GET = route(({ ctx }) => listAccessFindings({ ctx }));
