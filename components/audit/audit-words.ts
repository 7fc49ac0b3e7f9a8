import type { Tone } from "@/components/ui/badge";
import { AUDIT_ACTIONS, type AuditOutcome } from "@/lib/domain/api";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";

export const OUTCOME_TONE: Record<AuditOutcome, Tone> = {
  intent: "quiet",
  done: "ok",
  refused: "warn",
  failed: "bad",
  unknown: "warn",
};

/** The action in words; one that this version does not know stays as it is stored. */
export function actionWords(action: string): string {
  const kind = AUDIT_ACTIONS.find((known) => known === action);
  return kind === undefined ? action : t(`audit.action.${kind}`);
}

/** The machine's name, or the whole id of anything else. */
export function targetWords(targetId: string): string {
  return parseMachineId(targetId)?.name ?? targetId;
}
