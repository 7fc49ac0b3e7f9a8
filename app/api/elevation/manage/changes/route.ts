import { route } from "@/app/api/service-route";
import type { StaleManagePreview } from "@/lib/domain/elevation/manage/api";
import { toProblem } from "@/lib/http/to-problem";
import { changeManage } from "@/lib/services/elevation/manage/change";
import { manageInputSchema } from "@/lib/services/elevation/manage/schemas";
import { listManageSets } from "@/lib/services/elevation/manage/view";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** The newest sets of changes. */
export const GET = route(({ ctx }) => listManageSets({ ctx }));

/** Sends a previewed set. Answers 202 with it, or 409 with the preview as it is now when that has changed. */
export const POST = route(
  async ({ ctx, body, traceId }) => {
    const outcome = await changeManage({ ctx, runner: services().accessChanges, input: body });
    if (outcome.ok) return Response.json(outcome.set, { status: 202 });
    const problem = toProblem(outcome.error, traceId);
    const stale: StaleManagePreview = { ...problem, preview: outcome.preview };
    return new Response(JSON.stringify(stale), {
      status: problem.status,
      headers: { "content-type": "application/problem+json" },
    });
  },
  { body: manageInputSchema },
);
