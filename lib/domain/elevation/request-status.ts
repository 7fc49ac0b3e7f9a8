/**
 * What a status of Azure means for the person who waits. waiting: Azure or time must still act. needsDecision: a person must.
 * scheduled: granted, begins later. done: it holds (or, for a removal, is gone). refused, canceled: over, nothing holds.
 */
export const REQUEST_PHASES = ["waiting", "needsDecision", "scheduled", "done", "refused", "canceled", "unknown"] as const;
export type RequestPhase = (typeof REQUEST_PHASES)[number];

/** Every status of the specification 2020-10-01. */
const PHASE_OF: Readonly<Record<string, RequestPhase>> = {
  accepted: "waiting",
  pendingevaluation: "waiting",
  pendingprovisioning: "waiting",
  pendingrevocation: "waiting",
  pendingschedulecreation: "waiting",
  pendingexternalprovisioning: "waiting",
  pendingapprovalprovisioning: "waiting",
  provisioningstarted: "waiting",
  adminapproved: "waiting",
  pendingapproval: "needsDecision",
  pendingadmindecision: "needsDecision",
  granted: "scheduled",
  schedulecreated: "scheduled",
  provisioned: "done",
  revoked: "done",
  denied: "refused",
  admindenied: "refused",
  failed: "refused",
  failedasresourceislocked: "refused",
  timedout: "refused",
  invalid: "refused",
  canceled: "canceled",
};

/**
 * What a status means. A status that is not in the specification is `unknown`: shown as Azure's word, and asked for again.
 * Source: Role Assignment Schedule Requests API 2020-10-01, Status.
 */
export function phaseOf(status: string): RequestPhase {
  return PHASE_OF[status.toLowerCase()] ?? "unknown";
}

/**
 * The same for an activation with its start: `Granted` with a start that has come is one that Azure is about to provision.
 * Times are ISO 8601 of Azure's clock; `azureNow` is that clock.
 */
export function phaseOfActivation(status: string, startsAt: string | null, azureNow: Date): RequestPhase {
  const phase = phaseOf(status);
  if (phase !== "scheduled") return phase;
  return startsAt !== null && Date.parse(startsAt) > azureNow.getTime() ? "scheduled" : "waiting";
}

/** True when nothing more will happen to the request by itself. */
export function isOver(phase: RequestPhase): boolean {
  return phase === "done" || phase === "refused" || phase === "canceled";
}

/** Statuses in which Azure lets the requester take the request back: as long as nothing has been provisioned. */
export function canCancel(status: string): boolean {
  const phase = phaseOf(status);
  return phase === "needsDecision" || phase === "scheduled" || status.toLowerCase() === "pendingevaluation";
}

/** An approval must come within 24 hours; the window cannot be changed (PIM: approval workflow for Azure resource roles). */
export const APPROVAL_WINDOW_MS = 24 * 3_600_000;

/** Until when the request can be decided; null when it does not wait for a decision or Azure gave no time. */
export function decisionEndsAt(status: string, createdAt: string | null): string | null {
  if (phaseOf(status) !== "needsDecision" || createdAt === null || Number.isNaN(Date.parse(createdAt))) return null;
  return new Date(Date.parse(createdAt) + APPROVAL_WINDOW_MS).toISOString();
}
