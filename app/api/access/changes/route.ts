import { route } from "@/app/api/service-route";
import type { StalePreview } from "@/lib/domain/access/api";
import { toProblem } from "@/lib/http/to-problem";
import { changeAccess } from "@/lib/services/access/change";
import { listAccessChanges } from "@/lib/services/access/changes";
import { changeInputSchema } from "@/lib/services/access/schemas";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The newest sets of changes, and how long changes took to be in force. */
export const GET = route(({ ctx }) => listAccessChanges({ ctx }));

/** Assigns, removes, defines. Answers 202 with the set, or 409 with the preview as it is now when that has changed. */
export const POST = route(
  async ({ ctx, body, traceId }) => {
    const outcome = await changeAccess({ ctx, runner: services().accessChanges, input: body });
    if (outcome.ok) return Response.json(outcome.set, { status: 202 });
    const problem = toProblem(outcome.error, traceId);
    const stale: StalePreview = { ...problem, preview: outcome.preview };
    return new Response(JSON.stringify(stale), {
      status: problem.status,
      headers: { "content-type": "application/problem+json" },
    });
  },
  { body: changeInputSchema },
);
