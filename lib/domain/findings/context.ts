import type { AccessIndex } from "../access/access-index";
import type { AccessChangeRequest, AccessFinding, FindingRuleId } from "../access/api";
import type { AtomId } from "../access/capabilities";
import type { Grant } from "../access/grants";
import { lastSegment, normaliseScope } from "../access/scope";
import type { PrincipalInput } from "../access/types";
import type { MachinesBelow } from "./machine-counts";
import { FINDING_RULES } from "./rules";

export const ONBOARDING_ROLE = "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7";
export const OWNER_ROLE = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
export const CONTRIBUTOR_ROLE = "b24988ac-6180-42a0-ab88-20f7382dd24c";

export type FindingContext = {
  index: AccessIndex;
  machines: MachinesBelow;
  /** Grants by principal id: looking through all grants for each grant would cost their square. */
  grantsOf: ReadonlyMap<string, readonly Grant[]>;
};

/** Who holds a grant; a principal that nothing names is unknown. */
export function holderOf({ index }: FindingContext, grant: Grant): PrincipalInput {
  const unknown = { kind: "unknown", displayName: "", detail: "", enabled: null, machineId: null } as const;
  return index.directory.find(grant.principalId) ?? { id: grant.principalId, ...unknown };
}

/** Whether the role of a grant gives a single permission, conditions included only when they leave it undecided or open. */
export function gives({ index }: FindingContext, grant: Grant, atom: AtomId): boolean {
  return index.roles.decideAtom(grant.roleId, grant.condition, atom) !== null;
}

export function isPersonOrGroup({ kind }: PrincipalInput): boolean {
  return kind === "user" || kind === "guest" || kind === "group";
}

/** The removal of an ordinary role assignment; null for what an activation made, which ends in PIM. */
export function removal(grant: Grant): AccessChangeRequest[] | null {
  const isAssignment = /\/roleAssignments\/[^/]+$/i.test(grant.id);
  return isAssignment && grant.kind.kind === "standing" ? [{ kind: "remove", assignmentId: grant.id }] : null;
}

type Extra = Partial<Pick<AccessFinding, "values" | "fix" | "assignmentIds" | "severity">>;

/** A finding about one grant: its holder, its role, its scope and the machines below. */
export function grantFinding(context: FindingContext, ruleId: FindingRuleId, grant: Grant, extra: Extra = {}): AccessFinding {
  const { index, machines } = context;
  const role = index.roles.find(grant.roleId);
  return {
    id: `${ruleId}:${lastSegment(grant.id)}`,
    ruleId,
    severity: FINDING_RULES[ruleId].severity,
    principal: holderOf(context, grant),
    scope: index.scopes.describe(grant.scope),
    roleId: grant.roleId,
    roleName: role?.name ?? null,
    assignmentIds: [grant.id],
    values: {},
    machines: machines.count(grant.scope),
    machineIds: machines.some(grant.scope),
    fix: null,
    ...extra,
  };
}

/** A finding about a place or a role instead of one holder. */
export function placeFinding(
  context: FindingContext,
  ruleId: FindingRuleId,
  place: { scope: string; key: string; roleId: string | null; roleName: string | null; assignmentIds: string[] },
  values: AccessFinding["values"],
): AccessFinding {
  const scope = normaliseScope(place.scope);
  return {
    id: `${ruleId}:${place.key}`,
    ruleId,
    severity: FINDING_RULES[ruleId].severity,
    principal: null,
    scope: context.index.scopes.describe(scope),
    roleId: place.roleId,
    roleName: place.roleName,
    assignmentIds: place.assignmentIds,
    values,
    machines: context.machines.count(scope),
    machineIds: context.machines.some(scope),
    fix: null,
  };
}
