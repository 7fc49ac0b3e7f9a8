import { provision } from "../pim/provision.ts";
import { statusOf } from "../world/pim-life.ts";
import { defaultRules, mergeRules, policyKey, policyRecord } from "../world/pim-rules.ts";
import { type PimRequest, type PimRequestStatus, type PolicyRule, REQUEST_STATUSES } from "../world/pim-types.ts";
import { stableGuid } from "../world/random.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import type { ControlAnswer, ControlCall } from "./control-calls.ts";
import { type Input, readInput, refuse, text, wholeNumber } from "./input.ts";

const DAY_MS = 86_400_000;
const MOST_ELIGIBILITIES = 20_000;

/** GET /pim: the record of local Azure itself, also of what is over: who held or may have held what, and when. */
export function readPim({ state }: ControlCall): ControlAnswer {
  const { world, clock } = state.instance;
  const nowMs = clock.nowMs();
  const requests = world.pim.requests.map((row) => ({ name: row.name, status: statusOf(world, row, nowMs) }));
  return { status: 200, body: { schedules: world.roleSchedules, requests } };
}

function placeOf(input: Input): { scope: string; roleDefinitionGuid: string } {
  const scope = text(input, "scope") ?? "";
  const roleDefinitionGuid = (text(input, "roleDefinitionId") ?? "").toLowerCase().split("/").at(-1) ?? "";
  if (scope === "" || roleDefinitionGuid === "") throw refuse(400, "'scope' and 'roleDefinitionId' are needed.");
  return { scope, roleDefinitionGuid };
}

function isPartOf(rule: unknown, known: readonly PolicyRule[]): rule is Partial<PolicyRule> & { id: string } {
  return typeof rule === "object" && rule !== null && "id" in rule && known.some((one) => one.id === rule.id);
}

/** POST /pim/policies {scope, roleDefinitionId, rules}: parts of rules, unchecked, so that settings can be wrong or change meanwhile. */
export function changePolicy({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["scope", "roleDefinitionId", "rules"]);
  const place = placeOf(input);
  const { world, clock } = state.instance;
  const before = mergeRules(defaultRules(), policyRecord(world, place.scope, place.roleDefinitionGuid)?.rules ?? []);
  const rules = Array.isArray(input.rules) ? input.rules : [];
  const changed = rules.map((rule: unknown) => {
    const known = before.find((one) => isPartOf(rule, before) && one.id === rule.id);
    if (known === undefined || !isPartOf(rule, before)) throw refuse(400, "Every rule names a known 'id'.");
    return { ...known, ...rule } as PolicyRule;
  });
  const key = policyKey(place.scope, place.roleDefinitionGuid);
  const kept = before.filter((rule) => !changed.some((one) => one.id === rule.id));
  world.pim.policies.set(key, { ...place, rules: [...kept, ...changed], modifiedById: null, modifiedMs: clock.nowMs() });
  world.revision += 1;
  return { status: 200, body: { rules: changed.length } };
}

/** POST /pim/approvers {remove}: a person or group is no approver of any role any more. */
export function removeApprover({ state, body }: ControlCall): ControlAnswer {
  const id = (text(readInput(body, ["remove"]), "remove") ?? "").toLowerCase();
  const { world } = state.instance;
  let policies = 0;
  for (const record of world.pim.policies.values()) {
    for (const rule of record.rules) {
      if (rule.ruleType !== "RoleManagementPolicyApprovalRule") continue;
      for (const stage of rule.setting.approvalStages) {
        const others = stage.primaryApprovers.filter((one) => one.id.toLowerCase() !== id);
        if (others.length === stage.primaryApprovers.length) continue;
        stage.primaryApprovers = others;
        policies += 1;
      }
    }
  }
  world.revision += 1;
  return { status: 200, body: { policies } };
}

/** POST /pim/requests {name, status}: the service, or somebody in the Azure portal, leads a request to a status. */
export function settleRequest({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["name", "status"]);
  const { world, clock } = state.instance;
  const name = text(input, "name");
  const row = world.pim.requests.find((one) => one.name === name?.toLowerCase());
  const status = REQUEST_STATUSES.find((one) => one === input.status);
  if (row === undefined) throw refuse(404, `There is no request '${name}'.`);
  if (status === undefined) throw refuse(400, `'status' is one of ${REQUEST_STATUSES.join(", ")}.`);
  row.settled = { status: status satisfies PimRequestStatus, atMs: clock.nowMs() };
  world.revision += 1;
  return { status: 200, body: { name: row.name, status } };
}

/** POST /pim/schedules {name, endsInMs}: an eligibility or assignment ends at another time; 0 = now. */
export function endSchedule({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["name", "endsInMs"]);
  const { world, clock } = state.instance;
  const name = text(input, "name");
  const row = world.roleSchedules.find((one) => one.name === name?.toLowerCase());
  if (row === undefined) throw refuse(404, `There is no schedule '${name}'.`);
  row.endMs = clock.nowMs() + (wholeNumber(input, "endsInMs", { from: 0, to: 10_000 * DAY_MS }) ?? 0);
  const assignment = world.roleAssignments.find((one) => one.name === row.roleAssignmentName);
  if (assignment !== undefined) assignment.endsAtMs = row.endMs;
  world.revision += 1;
  return { status: 200, body: { name: row.name, endMs: row.endMs } };
}

function eligibilityOf(
  principalId: string,
  place: { scope: string; roleDefinitionGuid: string },
  name: string,
  nowMs: number,
): PimRequest {
  return {
    ...place,
    name,
    kind: "eligibility",
    tenantId: CONTOSO_TENANT_ID,
    principalId,
    principalType: "User",
    requestType: "AdminAssign",
    requestorId: principalId,
    createdMs: nowMs,
    startMs: nowMs,
    expiration: { type: "NoExpiration" },
    justification: null,
    ticketNumber: null,
    ticketSystem: null,
    linkedEligibility: null,
    targetSchedule: name,
    condition: null,
    conditionVersion: null,
    approvalId: null,
    evaluatedAtMs: nowMs,
    provisionedAtMs: nowMs,
    waitsFor: null,
    settled: null,
  };
}

/** POST /pim/eligibilities {scope, roleDefinitionId, principalId?, count?}: of one person, or of so many people of the tenant. */
export function addEligibilities({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["scope", "roleDefinitionId", "principalId", "count"]);
  const place = placeOf(input);
  const { world, clock, context } = state.instance;
  const count = wholeNumber(input, "count", { from: 1, to: MOST_ELIGIBILITIES }) ?? 1;
  const given = text(input, "principalId")?.toLowerCase();
  const people = world.users
    .filter((row) => row.tenantId === CONTOSO_TENANT_ID && row.persona === undefined)
    .map((row) => row.id);
  const chosen = given === undefined ? people.slice(0, count) : [given];
  const names = chosen.map((principalId) => {
    const name = stableGuid(
      world.seed,
      `pim:control:${place.scope}|${place.roleDefinitionGuid}|${principalId}|${world.revision}`,
    );
    const request = eligibilityOf(principalId, place, name, clock.nowMs());
    provision(context, request);
    world.pim.requests.push(request);
    return name;
  });
  return { status: 201, body: { names } };
}
