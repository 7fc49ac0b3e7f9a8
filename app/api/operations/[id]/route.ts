import { z } from "zod";
import { route } from "@/app/api/service-route";
import { getOperation } from "@/lib/services/operations/get";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx, params }) => getOperation({ ctx, id: params.id }), { params: z.strictObject({ id: z.guid() }) });
