import "server-only";
import type { RoleAssignmentRow, RoleDefinitionRow } from "@/lib/azure/access-ports";
import type { AccessInputs, MachineInput } from "@/lib/domain/access/types";
import type { Machine, MachineRef } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { readDirectory } from "./directory";
import { eligibleWithRules } from "./eligible-rules";
import { createGaps, type Gaps } from "./gaps";
import { readScopes, type ScopeTree } from "./scopes";
import { allAsOf, toActiveInput, toAssignmentInput, toDefinitionInput, toDenyInput, toEligibleInput } from "./to-inputs";

export type MachineInputs = {
  machine: Machine;
  inputs: AccessInputs;
  assignments: RoleAssignmentRow[];
  definitions: RoleDefinitionRow[];
  gaps: Gaps;
  asOf: string;
};

const NO_SCOPES: ScopeTree = { managementGroups: [], subscriptions: [] };
const PIM = "of Privileged Identity Management";

/** Everything that decides access at one scope, read from ARM now: what holds there and above it. */
export async function readRules(ctx: ServiceContext, gaps: Gaps, scope: string, subscriptionId: string) {
  const { access } = ctx.azure;
  const at = { atScope: true };
  const options = { signal: ctx.signal };
  const [assignments, definitions, deny, active, eligible, tree] = await Promise.all([
    gaps.orElse("assignments", scope, "Role assignments", [], () => access.roleAssignments(scope, at, options)),
    gaps.orElse("roleDefinitions", null, "Role definitions", [], () =>
      access.roleDefinitions(`/subscriptions/${subscriptionId}`, options),
    ),
    gaps.orElse("denyAssignments", scope, "Deny assignments", [], () => access.denyAssignments(scope, at, options)),
    gaps.orElse("activeInstances", scope, `Active assignments ${PIM}`, [], () => access.pimActive(scope, at, options)),
    gaps.orElse("eligibleInstances", scope, `Eligible assignments ${PIM}`, [], () => access.pimEligible(scope, at, options)),
    gaps.orElse("scopes", null, "Management groups", NO_SCOPES, () => readScopes(ctx, [subscriptionId])),
  ]);
  return { assignments, definitions, deny, active, eligible, tree };
}

export type Rules = Awaited<ReturnType<typeof readRules>>;

/** Every principal that the rules name. */
export function namedPrincipals(rules: Pick<Rules, "assignments" | "active" | "eligible" | "deny">) {
  const holders = [...rules.assignments, ...rules.active, ...rules.eligible];
  return [
    ...holders.map(({ principalId, principalType }) => ({ id: principalId, type: principalType })),
    ...rules.deny.flatMap(({ principals, excludePrincipals }) => [...principals, ...excludePrincipals]),
  ];
}

/** Rules in the engine's form. */
export function ruleInputs(rules: Rules) {
  return {
    ...rules.tree,
    roleDefinitions: rules.definitions.map(toDefinitionInput),
    assignments: rules.assignments.map(toAssignmentInput),
    activeInstances: rules.active.map(toActiveInput),
    eligibleInstances: rules.eligible.map(toEligibleInput),
    denyAssignments: rules.deny.map(toDenyInput),
  };
}

export function machineInput(machine: Machine): MachineInput {
  return { id: machine.id, name: machine.name, principalId: machine.identity.principalId };
}

/**
 * The engine's inputs for one machine. Throws only when the machine itself cannot be read or the sign-in is refused; every
 * other hole is in `inputs.incomplete` with its reason.
 */
export async function readMachineInputs(ctx: ServiceContext, ref: MachineRef): Promise<MachineInputs> {
  const asOf = ctx.clock.now().toISOString();
  const gaps = createGaps(ctx);
  const { machine } = await ctx.azure.hybridCompute.getMachine(ref, { signal: ctx.signal });
  const rules = await readRules(ctx, gaps, machine.id, ref.subscriptionId);
  const [directory, eligibleInstances] = await Promise.all([
    readDirectory(ctx, gaps, namedPrincipals(rules)),
    eligibleWithRules(ctx, rules.eligible),
  ]);
  const inputs: AccessInputs = {
    ...ruleInputs(rules),
    ...directory,
    eligibleInstances,
    machines: [machineInput(machine)],
    asOf: allAsOf(asOf),
    incomplete: gaps.incomplete(),
  };
  return { machine, inputs, assignments: rules.assignments, definitions: rules.definitions, gaps, asOf };
}
