import { prepareAccess } from "../access/access-index";
import { type AccessCapabilityId, CAPABILITY_IDS, capabilityRule } from "../access/capabilities";
import { type EvaluatedFleet, evaluateFleet } from "../access/evaluate-fleet";
import { lastSegment } from "../access/scope";
import type { AccessInputs, MachineInput, PrincipalInput } from "../access/types";
import type { Permits, PermittedCapability } from "./api";
import { blastRadius } from "./blast-radius";

export type PermitQuestion = { key: string; roleId: string; scope: string; principalId: string; condition: string | null };

const NAMED = 50;
const RISKS = ["critical", "high", "medium", "low"] as const;

const standInId = (index: number): string => `stand-in:${index}`;

/** The person as the inputs know them; somebody they do not know counts as an ordinary enabled person. */
function personOf(inputs: AccessInputs, id: string): PrincipalInput {
  const known = inputs.principals.find((principal) => principal.id.toLowerCase() === id.toLowerCase());
  return known ?? { id, kind: "unknown", displayName: id, detail: "", enabled: null, machineId: null };
}

/**
 * Inputs with one stand-in per question, who has the person's memberships and denies and nothing but the role in question:
 * what the stand-in reaches is what the role gives this person.
 */
function standInInputs(inputs: AccessInputs, questions: readonly PermitQuestion[]): AccessInputs {
  const byPerson = Map.groupBy(
    questions.map(({ principalId }, index) => ({ person: principalId.toLowerCase(), id: standInId(index) })),
    ({ person }) => person,
  );
  const withStandIns = (ids: readonly string[]): string[] =>
    ids.flatMap((id) => [id, ...(byPerson.get(id.toLowerCase()) ?? []).map((one) => one.id)]);
  const people = new Map([...byPerson.keys()].map((id) => [id, personOf(inputs, id)]));
  const groups = inputs.principals.filter(({ kind }) => kind === "group");
  const standIns = questions.flatMap(({ principalId }, index) => {
    const person = people.get(principalId.toLowerCase());
    return person === undefined ? [] : [{ ...person, id: standInId(index) }];
  });
  return {
    ...inputs,
    principals: [...groups, ...standIns],
    // Other members are left out: only the ways of these people matter, and groups among groups.
    groups: inputs.groups.map((group) => ({ ...group, memberIds: withStandIns(group.memberIds) })),
    denyAssignments: inputs.denyAssignments.map((deny) => ({
      ...deny,
      principalIds: withStandIns(deny.principalIds),
      excludePrincipalIds: withStandIns(deny.excludePrincipalIds),
    })),
    assignments: questions.map(({ roleId, scope, condition }, index) => ({
      id: `${standInId(index)}/grant`,
      scope,
      roleDefinitionId: roleId,
      principalId: standInId(index),
      principalType: "User",
      condition,
      createdOn: null,
    })),
    activeInstances: [],
    eligibleInstances: [],
  };
}

/** What the people of the questions have at this moment, without everybody else of the tenant. */
function presentFleet(inputs: AccessInputs, questions: readonly PermitQuestion[], now: Date): EvaluatedFleet {
  const index = prepareAccess(inputs, now);
  const people = [...new Set(questions.map(({ principalId }) => principalId.toLowerCase()))];
  const wanted = new Set(people.flatMap((id) => [...index.directory.groupsOf(id)]));
  const isTheirs = ({ principalId }: { principalId: string }) => wanted.has(principalId.toLowerCase());
  const kept: AccessInputs = {
    ...inputs,
    principals: inputs.principals.filter(({ id, kind }) => kind === "group" || wanted.has(id.toLowerCase())),
    groups: inputs.groups.map((group) => ({
      ...group,
      memberIds: group.memberIds.filter((id) => wanted.has(id.toLowerCase())),
    })),
    assignments: inputs.assignments.filter(isTheirs),
    activeInstances: inputs.activeInstances.filter(isTheirs),
    eligibleInstances: [],
  };
  return evaluateFleet(prepareAccess(kept, now));
}

function machinesOf(bits: Uint32Array): number[] {
  const indexes: number[] = [];
  bits.forEach((word, at) => {
    for (let rest = word, bit = 0; rest !== 0; rest >>>= 1, bit += 1) if ((rest & 1) === 1) indexes.push(at * 32 + bit);
  });
  return indexes;
}

function without(bits: Uint32Array, taken: Uint32Array | null): number {
  return machinesOf(taken === null ? bits : bits.map((word, at) => word & ~(taken[at] ?? 0))).length;
}

type Fleets = { granted: EvaluatedFleet; present: EvaluatedFleet };

function capabilitiesOf(
  fleets: Fleets,
  standIn: number,
  person: number,
): { rows: PermittedCapability[]; machines: Set<number>; depends: Set<number> } {
  const machines = new Set<number>();
  const depends = new Set<number>();
  const rows = CAPABILITY_IDS.flatMap((capability): PermittedCapability[] => {
    for (const machine of machinesOf(fleets.granted.machineBits(standIn, capability, "depends"))) depends.add(machine);
    const bits = fleets.granted.machineBits(standIn, capability, "now");
    const reached = machinesOf(bits);
    if (reached.length === 0) return [];
    for (const machine of reached) machines.add(machine);
    const before = person === -1 ? null : fleets.present.machineBits(person, capability, "now");
    return [{ capability, risk: capabilityRule(capability).risk, machines: reached.length, gained: without(bits, before) }];
  });
  rows.sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || b.machines - a.machines);
  return { rows, machines, depends };
}

const BECOMES: AccessCapabilityId = "becomeIdentity";

/**
 * What each role at its scope would let its person do, on how many machines of the inputs, and what the identities of those
 * machines reach. Denies and conditions count; an undecided condition is counted apart. Cost: two evaluations in all.
 */
export function computePermits(inputs: AccessInputs, questions: readonly PermitQuestion[], now: Date): Permits[] {
  if (questions.length === 0) return [];
  const granted = evaluateFleet(prepareAccess(standInInputs(inputs, questions), now));
  const fleets = { granted, present: presentFleet(inputs, questions, now) };
  const known = new Set(inputs.roleDefinitions.map(({ id }) => lastSegment(id)));
  const machineAt = (index: number): MachineInput[] => {
    const machine = inputs.machines[index];
    return machine === undefined ? [] : [machine];
  };
  return questions.map((question, index) => {
    const standIn = granted.principalIndex(standInId(index));
    const person = fleets.present.principalIndex(question.principalId);
    const { rows, machines, depends } = capabilitiesOf(fleets, standIn, person);
    const named = [...machines]
      .sort((a, b) => a - b)
      .slice(0, NAMED)
      .flatMap(machineAt);
    const controlled = machinesOf(granted.machineBits(standIn, BECOMES, "now")).flatMap(machineAt);
    return {
      key: question.key,
      roleKnown: known.has(lastSegment(question.roleId)),
      capabilities: rows,
      machines: machines.size,
      machineNames: named.map(({ name }) => name),
      machineIds: named.map(({ id }) => id),
      dependsOnCondition: [...depends].filter((machine) => !machines.has(machine)).length,
      blastRadius: blastRadius(inputs, controlled),
    };
  });
}
