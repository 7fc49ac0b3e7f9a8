import { logActivity } from "../arm/activity.ts";
import { invalidFilter, parseFilter } from "../arm/filters.ts";
import { pageOf } from "../arm/paging.ts";
import { bodyOf, callerOf, isJson, param, queryOf } from "../arm/request-reading.ts";
import { requireScope } from "../arm/scope-existence.ts";
import { principalClosure, relationOf } from "../arm/visibility.ts";
import type { EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { textOf } from "../core/text.ts";
import { isActive } from "../world/pim-life.ts";
import { mergeRules, policyKey, policyRecord, ruleOf, rulesOf } from "../world/pim-rules.ts";
import type { PolicyRule } from "../world/pim-types.ts";
import { stableGuid } from "../world/random.ts";
import type { RoleDefinition } from "../world/types.ts";
import { readRules } from "./policy-rules-read.ts";
import { policyAssignmentBody, policyAssignmentName, policyBody, policyId, policyName, rolesWithPolicy } from "./policy-view.ts";
import { refuse } from "./request-body.ts";
import { pimScopeOf } from "./scopes.ts";

const PAGE = 100;
type Family = "roleManagementPolicies" | "roleManagementPolicyAssignments";

function denied(objectId: string): Error {
  return refuse(403, "InsufficientPermissions", `The requestor ${objectId} does not have permissions for this request.`);
}

/** Readers of the scope, and people who are eligible for a role there: they must know what an activation asks of them. */
function requireReader(request: WireRequest, ctx: EmulatorContext, scope: string, family: Family): void {
  const caller = callerOf(request);
  if (ctx.isAllowed(caller, `Microsoft.Authorization/${family}/read`, scope)) return;
  const held = principalClosure(ctx.world, caller.objectId);
  const nowMs = ctx.clock.nowMs();
  const isEligible = ctx.world.roleSchedules.some(
    (row) =>
      row.kind === "eligibility" &&
      row.tenantId === caller.tenantId &&
      isActive(row, nowMs) &&
      held.has(row.principalId.toLowerCase()) &&
      relationOf(ctx.world, row.scope, scope) !== null,
  );
  if (!isEligible) throw denied(caller.objectId);
}

function placeOf(request: WireRequest, ctx: EmulatorContext): { scope: string; roles: RoleDefinition[] } {
  const scope = pimScopeOf(request);
  requireScope(ctx, scope);
  return { scope, roles: rolesWithPolicy(ctx.world, callerOf(request).tenantId, scope) };
}

export function listPolicies(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, roles } = placeOf(request, ctx);
  requireReader(request, ctx, scope, "roleManagementPolicies");
  return pageOf(request, ctx, roles, (role) => policyBody(ctx.world, scope, role.id), [PAGE]);
}

/** `roleDefinitionId eq` stands in no description and works (azure-apis.md 4.1). */
export function listPolicyAssignments(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, roles } = placeOf(request, ctx);
  requireReader(request, ctx, scope, "roleManagementPolicyAssignments");
  const filter = queryOf(request, "$filter");
  let wanted = roles;
  for (const term of parseFilter(filter)) {
    if (term.kind !== "eq" || term.name !== "roledefinitionid") throw invalidFilter(filter ?? "");
    wanted = wanted.filter((role) => role.id === term.value.toLowerCase().split("/").at(-1));
  }
  return pageOf(request, ctx, wanted, (role) => policyAssignmentBody(ctx.world, scope, role), [PAGE]);
}

function requirePolicy(request: WireRequest, ctx: EmulatorContext): { scope: string; role: RoleDefinition } {
  const { scope, roles } = placeOf(request, ctx);
  const name = param(request, "name").toLowerCase();
  const role = roles.find((one) => policyName(scope, one.id) === name);
  if (role !== undefined) return { scope, role };
  throw refuse(404, "RoleManagementPolicyNotFound", `The RoleManagementPolicy '${name}' could not be found.`);
}

function requirePolicyAssignment(request: WireRequest, ctx: EmulatorContext): { scope: string; role: RoleDefinition } {
  const { scope, roles } = placeOf(request, ctx);
  const name = param(request, "name").toLowerCase();
  const role = roles.find((one) => policyAssignmentName(scope, one.id) === name);
  if (role !== undefined) return { scope, role };
  const message = `The RoleManagementPolicyAssignment '${name}' could not be found.`;
  throw refuse(404, "RoleManagementPolicyAssignmentNotFound", message);
}

export function getPolicy(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, role } = requirePolicy(request, ctx);
  requireReader(request, ctx, scope, "roleManagementPolicies");
  return { status: 200, body: policyBody(ctx.world, scope, role.id) };
}

export function getPolicyAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, role } = requirePolicyAssignment(request, ctx);
  requireReader(request, ctx, scope, "roleManagementPolicyAssignments");
  return { status: 200, body: policyAssignmentBody(ctx.world, scope, role) };
}

function requireWriter(request: WireRequest, ctx: EmulatorContext, scope: string, action: string): void {
  const caller = callerOf(request);
  if (!ctx.isAllowed(caller, `Microsoft.Authorization/${action}`, scope)) throw denied(caller.objectId);
}

/** Multifactor authentication and an authentication context exclude each other, as the form of the Azure portal has it. */
function contradicts(rules: readonly PolicyRule[]): boolean {
  const { enabledRules } = ruleOf(rules, "Enablement_EndUser_Assignment", "RoleManagementPolicyEnablementRule");
  const id = "AuthenticationContext_EndUser_Assignment";
  const { isEnabled } = ruleOf(rules, id, "RoleManagementPolicyAuthenticationContextRule");
  return isEnabled && enabledRules.includes("MultiFactorAuthentication");
}

/** PATCH takes changed rules, each complete, all or none. */
export function patchPolicy(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, role } = requirePolicy(request, ctx);
  requireWriter(request, ctx, scope, "roleManagementPolicies/write");
  const { world } = ctx;
  const { properties } = bodyOf(request);
  const before = rulesOf(world, scope, role.id);
  const changed = readRules(world, isJson(properties) ? properties.rules : undefined, before);
  if (changed === null || contradicts(mergeRules(before, changed))) {
    throw refuse(400, "InvalidPolicy", "The policy is invalid.");
  }
  const kept = policyRecord(world, scope, role.id)?.rules ?? [];
  const untouched = kept.filter((rule) => !changed.some((one) => one.id === rule.id));
  const nowMs = ctx.clock.nowMs();
  const actorId = callerOf(request).objectId;
  const facts = { scope, roleDefinitionGuid: role.id, modifiedById: actorId, modifiedMs: nowMs };
  world.pim.policies.set(policyKey(scope, role.id), { ...facts, rules: [...untouched, ...changed] });
  world.revision += 1;
  logActivity(request, ctx, {
    resourceId: policyId(scope, role.id),
    operationName: "Microsoft.Authorization/roleManagementPolicies/write",
    status: "Succeeded",
  });
  world.pim.audits.push({
    id: `PIM_${stableGuid(world.seed, `audit:policy:${world.pim.audits.length}:${nowMs}`)}`,
    tenantId: callerOf(request).tenantId,
    atMs: nowMs,
    activity: "Update role setting in PIM",
    operationType: "Update",
    result: "success",
    reason: changed.map((rule) => rule.id).join(", "),
    correlationId: request.correlationId,
    actorId,
    requestName: null,
    scope,
    roleDefinitionGuid: role.id,
    principalId: null,
    justification: null,
    ticketNumber: null,
    ticketSystem: null,
    startMs: null,
    endMs: null,
  });
  return { status: 200, body: policyBody(world, scope, role.id) };
}

/** DELETE takes back what was changed; the policy itself stays, because every role has one. */
export function deletePolicy(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, role } = requirePolicy(request, ctx);
  requireWriter(request, ctx, scope, "roleManagementPolicies/write");
  const wasChanged = ctx.world.pim.policies.delete(policyKey(scope, role.id));
  ctx.world.revision += 1;
  return { status: wasChanged ? 200 : 204 };
}

/** PUT of an assignment that exists already, as the description allows; a policy of another role is not valid for this one. */
export function putPolicyAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const { scope, role } = requirePolicyAssignment(request, ctx);
  requireWriter(request, ctx, scope, "roleManagementPolicyAssignments/write");
  const { properties } = bodyOf(request);
  const given = isJson(properties) ? textOf(properties.policyId ?? "") : "";
  if (given.toLowerCase().split("/").at(-1) !== policyName(scope, role.id)) {
    throw refuse(400, "InvalidPolicy", "The policy is invalid.");
  }
  return { status: 201, body: policyAssignmentBody(ctx.world, scope, role) };
}

/** DELETE of an assignment: the policy of a role cannot be taken away, so nothing is there to delete. */
export function deletePolicyAssignment(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const scope = pimScopeOf(request);
  requireWriter(request, ctx, scope, "roleManagementPolicyAssignments/delete");
  return { status: 204 };
}
