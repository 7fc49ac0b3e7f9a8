import "server-only";
import { type AccessIndex, prepareAccess } from "@/lib/domain/access/access-index";
import type { AccessChangeRequest, AccessPreview, PreviewDifference, PreviewedChange } from "@/lib/domain/access/api";
import { canDo } from "@/lib/domain/access/can-do";
import { applyChanges } from "@/lib/domain/access/change";
import { previewChanges } from "@/lib/domain/access/diff";
import { evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import { previewVerdict, type WarningFacts, warningsOf } from "@/lib/domain/access/preview-warnings";
import { AUTHORIZATION_ACTIONS } from "@/lib/domain/access/rights";
import { lastSegment, normaliseScope, scopeKind } from "@/lib/domain/access/scope";
import type { AccessChange, AccessDifference, AccessInputs, AtLeastReason } from "@/lib/domain/access/types";
import { exactRequest, principalTypeOf } from "@/lib/domain/access/write-request";
import { changeTemplates } from "@/lib/domain/access/write-templates";
import type { ServiceContext } from "../context";
import { type ChangeFacts, readChangeFacts, stampOf } from "./change-facts";
import { createGaps } from "./gaps";
import { fleetInputs } from "./inputs";
import { engineChanges, freshInputs } from "./preview-inputs";
import { nameless, toDefinitionInput } from "./to-inputs";

/** The fleet's inputs for a preview may be this old; what the change is about is read anew. */
const INPUTS_AGE_MS = 2 * 60_000;
const NAMED_MACHINES = 50;
const SHOWN_DIFFERENCES = 500;
const LANES_SHOWN = new Set(["now", "eligible", "depends"]);

type Evaluated = { fleet: ReturnType<typeof evaluateFleet>; inputs: AccessInputs; changes: AccessChange[]; facts: ChangeFacts[] };

/** Type to send; a removal sends none. Unknown principals are blocked, so the word is never sent for them. */
export function sentPrincipalType(facts: Pick<ChangeFacts, "principal">): string {
  return facts.principal === null ? "User" : (principalTypeOf(facts.principal.kind) ?? "User");
}

function toDifference(fleet: Evaluated["fleet"], difference: AccessDifference): PreviewDifference {
  const first = [...difference.machineIndexes.subarray(0, NAMED_MACHINES)];
  const machines = first.flatMap((index) => fleet.machines[index] ?? []);
  const principal = fleet.principals[fleet.principalIndex(difference.principalId)];
  return {
    principal: principal ?? nameless(difference.principalId, "unknown"),
    capability: difference.capability,
    lane: difference.lane,
    machines: difference.machineIndexes.length,
    machineIds: machines.map(({ id }) => id),
    machineNames: machines.map(({ name }) => name),
  };
}

function totalsOf(gained: readonly AccessDifference[], lost: readonly AccessDifference[]) {
  const machines = new Set<number>();
  for (const list of new Set([...gained, ...lost].map(({ machineIndexes }) => machineIndexes))) {
    for (const machine of list) machines.add(machine);
  }
  return {
    peopleGaining: new Set(gained.map(({ principalId }) => principalId)).size,
    peopleLosing: new Set(lost.map(({ principalId }) => principalId)).size,
    machines: machines.size,
  };
}

/** Assignments that count towards the limit that holds at a scope. */
function countedAt(inputs: AccessInputs, scope: string): number {
  const target = normaliseScope(scope);
  const subscription = /^\/subscriptions\/[^/]+/.exec(target)?.[0];
  const counts = (at: string) =>
    subscription === undefined ? at === target : at === subscription || at.startsWith(`${subscription}/`);
  return inputs.assignments.filter((row) => counts(normaliseScope(row.scope))).length;
}

/** Whether the operator may assign (or do exactly this), as far as the inputs tell. */
function ownRight(ctx: ServiceContext, index: AccessIndex, fact: ChangeFacts, exactly: boolean) {
  const { request, scope, principal } = fact;
  const removes = request.kind === "remove" && exactly;
  const roleId = request.kind === "assign" ? request.roleId : (fact.standing?.roleDefinitionId ?? "");
  const asked = { roleId: lastSegment(roleId), principalId: principal?.id ?? "", principalType: sentPrincipalType(fact) };
  return canDo(index, {
    principalId: ctx.operator.objectId,
    action: removes ? AUTHORIZATION_ACTIONS.removeRoles : AUTHORIZATION_ACTIONS.assignRoles,
    isDataAction: false,
    scope,
    ...(exactly && request.kind !== "defineRole" ? { request: asked } : {}),
  }).verdict;
}

function warningFacts(ctx: ServiceContext, { fleet, inputs, changes, facts }: Evaluated): WarningFacts[] {
  const now = ctx.clock.now();
  const index = prepareAccess(inputs, now);
  const after = prepareAccess(applyChanges(inputs, changes), now);
  const activated = new Set(
    inputs.activeInstances
      .filter(({ assignmentType }) => assignmentType.toLowerCase() === "activated")
      .flatMap(({ originRoleAssignmentId: id }) => (id === null ? [] : [lastSegment(id).toLowerCase()])),
  );
  const added = new Map<string, number>();
  return facts.map((fact, change) => {
    const { request, scope, standing } = fact;
    const place = /^\/subscriptions\/[^/]+/.exec(normaliseScope(scope))?.[0] ?? normaliseScope(scope);
    const before = added.get(place) ?? 0;
    if (request.kind === "assign" && standing === null) added.set(place, before + 1);
    const isWide = ["root", "managementGroup", "subscription"].includes(scopeKind(normaliseScope(scope)));
    const removes = request.kind === "remove" && standing?.principalId.toLowerCase() === ctx.operator.objectId.toLowerCase();
    const isGroup = request.kind === "remove" && fact.principal?.kind === "group";
    const hadRight = (removes || isGroup) && ownRight(ctx, index, fact, false) !== "no";
    return {
      change,
      request,
      scope: normaliseScope(scope),
      principal: fact.principal,
      principalUnreadable: fact.principalUnreadable,
      role: fact.role === null ? null : toDefinitionInput(fact.role),
      isGone: request.kind === "remove" && standing === null,
      duplicateId: fact.duplicate?.id ?? null,
      activatedByPim: standing !== null && activated.has(standing.name.toLowerCase()),
      machinesBelow: isWide
        ? fleet.machines.filter(({ id }) => index.scopes.covers(normaliseScope(scope), normaliseScope(id))).length
        : 0,
      assignmentsCounted: request.kind === "assign" ? countedAt(inputs, scope) + before : 0,
      losesOwnRight: hadRight && ownRight(ctx, after, fact, false) === "no",
      limitedByOwnCondition:
        fact.right.allowed === true && ownRight(ctx, index, fact, true) === "no" && ownRight(ctx, index, fact, false) !== "no",
    };
  });
}

function previewed(ctx: ServiceContext, { fleet, inputs, facts }: Evaluated): PreviewedChange[] {
  const { scopes } = prepareAccess(inputs, ctx.clock.now());
  return facts.map((fact) => {
    const { request, role, right } = fact;
    const principalType = sentPrincipalType(fact);
    const named = fact.principal ?? fleet.principals[fleet.principalIndex(fact.standing?.principalId ?? "")] ?? null;
    return {
      request,
      principal: named,
      role: role === null ? null : { id: role.name, name: role.roleName, type: role.roleType },
      scope: scopes.describe(normaliseScope(fact.scope)),
      exact: exactRequest(ctx.config.cloud, request, principalType),
      templates: changeTemplates(ctx.config.cloud, request, principalType),
      right,
    };
  });
}

export type PreviewResult = { preview: AccessPreview; facts: ChangeFacts[] };

/**
 * Who gains and who loses what if these changes were written, from Azure's state just now. Writes nothing. Throws AppError when
 * what the changes are about cannot be read.
 */
export async function previewAccess(args: {
  ctx: ServiceContext;
  changes: readonly AccessChangeRequest[];
}): Promise<PreviewResult> {
  const { ctx } = args;
  const [facts, read] = await Promise.all([readChangeFacts(ctx, args.changes), fleetInputs(ctx, INPUTS_AGE_MS)]);
  const gaps = createGaps(ctx);
  const inputs = await freshInputs(ctx, gaps, read.inputs, facts);
  const now = ctx.clock.now();
  const changes = engineChanges(facts, now.toISOString());
  const fleet = evaluateFleet(prepareAccess(inputs, now));
  const { diff, after } = previewChanges(fleet, changes);
  const gained = diff.gained.filter(({ lane }) => LANES_SHOWN.has(lane));
  const lost = diff.lost.filter(({ lane }) => LANES_SHOWN.has(lane));
  const evaluated: Evaluated = { fleet, inputs, changes, facts };
  const warnings = warningFacts(ctx, evaluated).flatMap(warningsOf);
  const atLeast: AtLeastReason[] = [...inputs.incomplete];
  const own = gaps.completeness(read.asOf, 0, null).missing;
  const preview: AccessPreview = {
    changes: previewed(ctx, evaluated),
    gained: gained.slice(0, SHOWN_DIFFERENCES).map((row) => toDifference(after, row)),
    lost: lost.slice(0, SHOWN_DIFFERENCES).map((row) => toDifference(fleet, row)),
    totals: totalsOf(gained, lost),
    warnings,
    verdict: previewVerdict(warnings),
    stamp: stampOf(facts),
    atLeast,
    completeness: {
      ...read.completeness,
      complete: read.completeness.complete && own.length === 0,
      missing: [...read.completeness.missing, ...own],
    },
  };
  return { preview, facts };
}
