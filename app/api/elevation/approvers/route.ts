import { route } from "@/app/api/service-route";
import { approverPeople } from "@/lib/services/elevation/approver-people";
import { approversInputSchema } from "@/lib/services/elevation/schemas";

export const dynamic = "force-dynamic";

/** Who is behind the approvers of role settings, groups resolved. Only reads. */
export const POST = route(({ ctx, body }) => approverPeople({ ctx, input: body }), { body: approversInputSchema });
