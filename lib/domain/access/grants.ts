import { lastSegment, normaliseScope } from "./scope";
import type { AccessInputs, ActiveInstanceInput, EligibleInstanceInput, PathKind, RoleAssignmentInput } from "./types";

/** One role at one scope for one principal, of one kind. Scope, role and principal are normalised. */
export type Grant = {
  id: string;
  scope: string;
  /** The scope as Azure wrote it. */
  writtenScope: string;
  roleId: string;
  principalId: string;
  principalType: string | null;
  kind: PathKind;
  condition: string | null;
};

function grantKey(row: { scope: string; roleDefinitionId: string; principalId: string }): string {
  return `${normaliseScope(row.scope)}|${lastSegment(row.roleDefinitionId)}|${row.principalId.toLowerCase()}`;
}

function isOver(until: string | null, now: Date): boolean {
  return until !== null && Date.parse(until) <= now.getTime();
}

function kindOfInstance(instance: ActiveInstanceInput): PathKind {
  if (instance.until === null) return { kind: "standing" };
  return {
    kind: "active",
    until: instance.until,
    activated: instance.assignmentType.toLowerCase() === "activated",
    linkedEligibilityId: instance.linkedEligibilityId,
  };
}

/** A grant of an ordinary role assignment; `kind` is what PIM knows about it. */
export function grantOfAssignment(row: RoleAssignmentInput, kind: PathKind = { kind: "standing" }): Grant {
  return {
    id: row.id,
    scope: normaliseScope(row.scope),
    writtenScope: row.scope,
    roleId: lastSegment(row.roleDefinitionId),
    principalId: row.principalId.toLowerCase(),
    principalType: row.principalType,
    kind,
    condition: row.condition,
  };
}

/** A grant that its principal holds only after activation (roleEligibilityScheduleInstances API). */
export function grantOfEligibility(row: EligibleInstanceInput): Grant {
  const { until, approvalRequired, mfaRequired, authenticationContext } = row;
  const asked = { approvalRequired, mfaRequired, authenticationContext };
  return { ...grantOfAssignment({ ...row, createdOn: null }), kind: { kind: "eligible", until, ...asked } };
}

/** The instance with the latest end; no end is the latest. */
function longest(rows: readonly ActiveInstanceInput[]): ActiveInstanceInput | undefined {
  return rows.reduce<ActiveInstanceInput | undefined>((best, row) => {
    if (best === undefined) return row;
    if (best.until === null) return best;
    return row.until === null || Date.parse(row.until) > Date.parse(best.until) ? row : best;
  }, undefined);
}

/**
 * All grants at a moment. An active PIM instance shows up as an ordinary assignment too, named by its
 * originRoleAssignmentId: the two become one grant that ends. Instances that are over give nothing, nor does the assignment
 * they made; instances without an assignment (a list that lags behind) count on their own (PIM for Azure resources: APIs).
 */
export function buildGrants(
  inputs: Pick<AccessInputs, "assignments" | "activeInstances" | "eligibleInstances">,
  now: Date,
): Grant[] {
  const byOrigin = Map.groupBy(
    inputs.activeInstances.filter((row) => row.originRoleAssignmentId !== null),
    (row) => lastSegment(row.originRoleAssignmentId ?? ""),
  );
  const byKey = inputs.activeInstances.length === 0 ? new Map() : Map.groupBy(inputs.activeInstances, grantKey);
  const used = new Set<ActiveInstanceInput>();
  const grants: Grant[] = [];
  for (const row of inputs.assignments) {
    const instances: ActiveInstanceInput[] | undefined =
      inputs.activeInstances.length === 0 ? undefined : (byOrigin.get(lastSegment(row.id)) ?? byKey.get(grantKey(row)));
    for (const instance of instances ?? []) used.add(instance);
    const instance = longest(instances ?? []);
    if (instance === undefined) grants.push(grantOfAssignment(row));
    else if (!isOver(instance.until, now)) grants.push(grantOfAssignment(row, kindOfInstance(instance)));
  }
  for (const row of inputs.activeInstances) {
    if (used.has(row) || isOver(row.until, now)) continue;
    grants.push(grantOfAssignment({ ...row, createdOn: null }, kindOfInstance(row)));
  }
  for (const row of inputs.eligibleInstances) {
    if (!isOver(row.until, now)) grants.push(grantOfEligibility(row));
  }
  return grants;
}
