import "server-only";
import type { PimStageRow } from "@/lib/azure/pim-ports";
import type { ApprovalStage } from "@/lib/domain/elevation/api";
import type { ElevationItem } from "@/lib/domain/elevation/write-api";

/** Stands in sentences for a reviewer whom Azure does not name. */
export const SOMEBODY = "Another approver";

export function resultOf(stage: PimStageRow): ApprovalStage["result"] {
  const word = stage.reviewResult.toLowerCase();
  if (word.startsWith("approve")) return "approve";
  return word.startsWith("den") ? "deny" : "open";
}

/** The stage that the caller may decide now; null when there is none. */
export function openStage(stages: readonly PimStageRow[]): PimStageRow | null {
  const open = stages.filter((stage) => resultOf(stage) === "open" && !/^(completed|completing|expired)$/i.test(stage.status));
  return open.find(({ assignedToMe, status }) => assignedToMe && /^inprogress$/i.test(status)) ?? null;
}

/** Who decided, and what; null while nobody has. */
export function decisionOf(stages: readonly PimStageRow[]): NonNullable<ElevationItem["decidedBy"]> | null {
  const stage = stages.find((one) => resultOf(one) !== "open");
  if (stage === undefined) return null;
  const { reviewedBy } = stage;
  const result = resultOf(stage);
  return {
    person: {
      id: reviewedBy?.id ?? "",
      kind: reviewedBy === null ? "unknown" : "user",
      name: reviewedBy?.name ?? "",
      detail: reviewedBy?.userPrincipalName ?? "",
    },
    decision: result === "open" ? "unknown" : result,
    at: stage.reviewedAt,
    reason: stage.justification,
  };
}

export function stageViewOf(stage: PimStageRow): ApprovalStage {
  const { reviewedBy } = stage;
  return {
    id: stage.name,
    status: stage.status,
    assignedToMe: stage.assignedToMe,
    result: resultOf(stage),
    reviewedBy:
      reviewedBy === null
        ? null
        : { id: reviewedBy.id, kind: "user", name: reviewedBy.name, detail: reviewedBy.userPrincipalName },
    reviewedAt: stage.reviewedAt,
    justification: stage.justification,
  };
}
