import type { Tone } from "@/components/ui/badge";
import { normaliseScope, scopeKind } from "@/lib/domain/access/scope";
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

const AUTHORIZATION = /\/providers\/Microsoft\.Authorization\/[^/]+\/[^/]+$/i;

/**
 * The machine's name; of a role assignment, a request or a role's settings the scope at which it stands; the whole id of
 * anything else. `subscriptions`: names by id in lower case.
 */
export function targetWords(targetId: string, subscriptions: ReadonlyMap<string, string>): string {
  const scope = targetId.replace(AUTHORIZATION, "");
  const machine = parseMachineId(scope);
  if (machine !== null) return machine.name;
  const kind = scopeKind(normaliseScope(scope));
  if (kind === "other" || kind === "machine" || (kind === "root" && scope === targetId)) return targetId;
  const last = scope.slice(scope.lastIndexOf("/") + 1);
  const name = kind === "subscription" ? (subscriptions.get(last.toLowerCase()) ?? last) : last;
  return `${t(`access.scope.${kind}`)} ${name}`.trim();
}
