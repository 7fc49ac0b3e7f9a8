import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/domain/errors";
import type { ArmClient } from "./arm-client";
import type { PimPort, PimStageRow } from "./pim-ports";
import { toStageRow } from "./pim-rows";
import type { CallOptions } from "./ports";
import { encodedScope } from "./role-definitions";

const listSchema = z.looseObject({ value: z.array(z.unknown()) });
const approvalSchema = z.looseObject({ properties: z.looseObject({ stages: z.array(z.unknown()) }) });

/** Two forms are documented for the answer, and one tool finds only the second: both are read. */
function stagesOf(body: unknown): PimStageRow[] | null {
  const list = listSchema.safeParse(body);
  const approval = approvalSchema.safeParse(body);
  const raw = list.success ? list.data.value : approval.success ? approval.data.properties.stages : null;
  return raw?.map(toStageRow).filter((row) => row !== null) ?? null;
}

function isShapeRefused(error: unknown): boolean {
  // A refusal of the content names a code of PIM; a body that was not understood is one of the generic ones.
  const code = (error instanceof AppError ? error.azure?.code : null)?.toLowerCase() ?? "";
  const status = error instanceof AppError ? error.azure?.status : null;
  return (status === 400 && /^(invalidrequestcontent|badrequest|invalidrequestbody|)$/.test(code)) || status === 405;
}

/**
 * Approvals of activations: which stages there are, and one decision. The first decision settles a stage. A decision goes as
 * a flat PATCH and, where that form is not understood, wrapped as a PUT; both are documented (Role Assignment Approval Step).
 */
export function createPimApprovals(args: { arm: ArmClient }): Pick<PimPort, "approvalStages" | "decide"> {
  const { arm } = args;
  return {
    async approvalStages(approvalId, options: CallOptions = {}) {
      const subject = "the approval";
      const url = `${encodedScope(approvalId)}/stages`;
      const answer = await arm.send({ area: "pimApprovals", method: "GET", url, subject, accept: [404] }, options);
      if (answer.status !== 404) return stagesOf(answer.body);
      const whole = await arm.send(
        { area: "pimApprovals", method: "GET", url: encodedScope(approvalId), subject, accept: [404] },
        options,
      );
      return whole.status === 404 ? null : stagesOf(whole.body);
    },
    async decide({ approvalId, stage, decision, justification }, options: CallOptions = {}) {
      const url = `${encodedScope(approvalId)}/stages/${encodeURIComponent(stage)}`;
      const call = { area: "pimApprovals" as const, url, subject: "your decision" };
      const body = { reviewResult: decision, justification };
      try {
        await arm.send({ ...call, method: "PATCH", body }, options);
      } catch (error) {
        if (!isShapeRefused(error)) throw error;
        await arm.send({ ...call, method: "PUT", body: { properties: body } }, options);
      }
    },
  };
}
