// Two other ways to ask the same question, for comparison: the pairwise check everybody writes first, and Cedar.

import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { AccessInputs } from "@/lib/domain/access/types";

export type Pair = { machineId: string; personId: string };
export type RivalFigures = { msPerAnswer: number; answers: boolean[]; setUpMs: number };

const SIGN_IN = "Microsoft.HybridCompute/machines/loginAsAdmin/action";

function lastPart(id: string): string {
  return (id.split("/").at(-1) ?? "").toLowerCase();
}

function matches(pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(SIGN_IN);
}

function givesSignIn(inputs: AccessInputs, roleId: string): boolean {
  const role = inputs.roleDefinitions.find((one) => lastPart(one.id) === lastPart(roleId));
  return (role?.permissions ?? []).some((entry) => entry.dataActions.some(matches) && !entry.notDataActions.some(matches));
}

function groupsOf(inputs: AccessInputs, personId: string): Set<string> {
  const seen = new Set([personId]);
  for (const id of seen) {
    for (const group of inputs.groups) if (group.memberIds.includes(id)) seen.add(group.groupId);
  }
  return seen;
}

function scopesAbove(inputs: AccessInputs, machineId: string): string[] {
  const [, , subscription = "", , group = ""] = machineId.split("/");
  const home = inputs.subscriptions.find((row) => row.id === subscription)?.managementGroupId ?? null;
  const above: string[] = [];
  for (let at = home; at !== null; at = inputs.managementGroups.find((row) => row.id === at)?.parentId ?? null) above.push(at);
  return [machineId, `/subscriptions/${subscription}/resourceGroups/${group}`, `/subscriptions/${subscription}`, ...above, "/"];
}

/** May sign in at all: what no policy engine is asked. */
function isMember(inputs: AccessInputs, personId: string): boolean {
  const person = inputs.principals.find((row) => row.id === personId);
  return person?.kind === "user" && person.enabled !== false;
}

/** For every pair every assignment is looked at; nothing is remembered between pairs. */
export function askPairwise(inputs: AccessInputs, pairs: readonly Pair[]): RivalFigures {
  const began = performance.now();
  const answers = pairs.map(({ machineId, personId }) => {
    const identities = groupsOf(inputs, personId);
    const scopes = scopesAbove(inputs, machineId);
    const found = inputs.assignments.some(
      (row) => scopes.includes(row.scope) && identities.has(row.principalId) && givesSignIn(inputs, row.roleDefinitionId),
    );
    return found && isMember(inputs, personId);
  });
  return { msPerAnswer: (performance.now() - began) / pairs.length, answers, setUpMs: 0 };
}

/** Cedar with one policy per assignment whose role gives the action, parsed once; groups and scopes as entity parents. */
export function askCedar(inputs: AccessInputs, pairs: readonly Pair[]): RivalFigures {
  const began = performance.now();
  const roles = new Set(inputs.roleDefinitions.map((role) => lastPart(role.id)).filter((id) => givesSignIn(inputs, id)));
  const policies = inputs.assignments
    .filter((row) => roles.has(lastPart(row.roleDefinitionId)))
    .map((row) => `permit(principal in P::"${row.principalId}", action == Action::"signIn", resource in S::"${row.scope}");`);
  const parsed = preparsePolicySet("assignments", { staticPolicies: policies.join("\n") });
  if (parsed.type === "failure") throw new Error(parsed.errors[0]?.message);
  const setUpMs = performance.now() - began;
  const calls = pairs.map(({ machineId, personId }) => {
    const parents = [...groupsOf(inputs, personId)].filter((id) => id !== personId).map((id) => ({ type: "P", id }));
    const scopes = scopesAbove(inputs, machineId).slice(1);
    return {
      principal: { type: "P", id: personId },
      action: { type: "Action", id: "signIn" },
      resource: { type: "S", id: machineId },
      context: {},
      preparsedPolicySetId: "assignments",
      entities: [
        { uid: { type: "P", id: personId }, attrs: {}, parents },
        { uid: { type: "S", id: machineId }, attrs: {}, parents: scopes.map((id) => ({ type: "S", id })) },
      ],
    };
  });
  const asked = performance.now();
  const answers = calls.map((call) => {
    const answer = statefulIsAuthorized(call);
    if (answer.type === "failure") throw new Error(answer.errors[0]?.message);
    return answer.response.decision === "allow";
  });
  const msPerAnswer = (performance.now() - asked) / pairs.length;
  return { msPerAnswer, answers: answers.map((allowed, at) => allowed && isMember(inputs, pairs[at]?.personId ?? "")), setUpMs };
}
