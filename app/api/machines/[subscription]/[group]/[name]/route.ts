import { getMachine } from "@/lib/services/machine/get";
import { machineParamsSchema } from "@/lib/services/machine/ref-schema";
import { route } from "../../../../service-route";

export const dynamic = "force-dynamic";

export const GET = route(
  async ({ ctx, params }) => {
    const answer = await getMachine({ ctx, input: params });
    if (answer.ok) return answer.detail;
    const headers = { "content-type": "application/problem+json" };
    return new Response(JSON.stringify(answer.unavailable), { status: answer.unavailable.status, headers });
  },
  { params: machineParamsSchema },
);
