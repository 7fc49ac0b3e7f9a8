import { route } from "@/app/api/service-route";
import { usedRolesQuerySchema } from "@/lib/services/access/schemas";
import { usedRoles } from "@/lib/services/access/used-roles";

export const dynamic = "force-dynamic";

/** What a principal really did below a scope, and the smallest role that covers it. */
export const GET = route(({ ctx, query }) => usedRoles({ ctx, ...query }), { query: usedRolesQuerySchema });
