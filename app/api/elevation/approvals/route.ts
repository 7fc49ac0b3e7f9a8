import { route } from "@/app/api/service-route";
import { approvalInbox } from "@/lib/services/elevation/approvals";

export const dynamic = "force-dynamic";

/** Requests that wait for a decision of mine, on all scopes. */
export const GET = route(({ ctx }) => approvalInbox({ ctx }));
