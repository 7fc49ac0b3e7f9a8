import { route } from "@/app/api/service-route";
import type { StaleRolloutPreflight } from "@/lib/domain/rollout/api";
import { toProblem } from "@/lib/http/to-problem";
import { listRollouts } from "@/lib/services/rollouts/list";
import { ROLLOUT_BODY_BYTES, startRolloutSchema } from "@/lib/services/rollouts/schemas";
import { startRollout } from "@/lib/services/rollouts/start";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The newest roll-outs of the operator, or of the tenant for Portal.Auditor and Portal.Admin. */
export const GET = route(({ ctx }) => listRollouts({ ctx }));

/** Starts a roll-out. Answers 202 with it, or 409 with the preflight as it is now when Azure has changed. */
export const POST = route(
  async ({ ctx, body, traceId }) => {
    const { runner, identity } = services().rollouts;
    const outcome = await startRollout({ ctx, runner, identity, input: body });
    if (outcome.ok) return Response.json(outcome.rollout, { status: 202 });
    const problem = toProblem(outcome.error, traceId);
    const stale: StaleRolloutPreflight = { ...problem, preflight: outcome.preflight };
    return new Response(JSON.stringify(stale), {
      status: problem.status,
      headers: { "content-type": "application/problem+json" },
    });
  },
  { body: startRolloutSchema, maxBodyBytes: ROLLOUT_BODY_BYTES },
);
