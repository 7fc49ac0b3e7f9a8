// The access engine on a whole fleet: 100,000 machines, 80,000 assignments, 5,000 people, 1,000 nested groups, on one core.
// Times are CPU times of the thread, so that other programs on the machine do not count.

import { type AccessIndex, prepareAccess } from "@/lib/domain/access/access-index";
import { changeFleet } from "@/lib/domain/access/change";
import { previewChanges } from "@/lib/domain/access/diff";
import { evaluateFleet } from "@/lib/domain/access/evaluate-fleet";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import { createFleetState, type FleetState } from "@/lib/domain/access/fleet-state";
import { everybody, sweep, tallyCounts } from "@/lib/domain/access/fleet-sweep";
import type { AccessInputs, RoleAssignmentInput } from "@/lib/domain/access/types";
import { askCedar, askPairwise, type Pair } from "./lib/access-rivals.ts";
import { syntheticTenant } from "./lib/access-tenant.ts";
import { type Figure, quantile, report, round } from "./lib/report.ts";

const ROUNDS = 7;
const CHANGES = 100;
const PAIRS_PER_CHANGE = 8;
const KINDS = ["at a management group", "at a subscription", "at a group", "at a machine"] as const;
const PAIRS = 60;
const NOW = new Date("2026-11-21T12:00:00Z");

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function timed<T>(work: () => T): { ms: number; result: T } {
  const began = cpuMs();
  const result = work();
  return { ms: cpuMs() - began, result };
}

const median = (values: number[]) => quantile(values, 0.5);

/** Groups resolved and everything numbered: what is kept between evaluations. */
function numbered(index: AccessIndex): FleetState {
  const state = createFleetState(index);
  for (const rows of state.grantsAt.values()) for (const row of rows) state.holders.members(row.holder);
  return state;
}

function evaluate(state: FleetState): void {
  sweep(state, 0, everybody(state), tallyCounts(state, 1));
}

/** The least any evaluation can do: look once at every member of every assignment and once at every machine. */
function floorOf(state: FleetState): number {
  const seen = new Int32Array(state.leaves.length);
  return timed(() => {
    for (const node of state.activeNodes) {
      for (const row of state.grantsAt.get(node) ?? []) {
        const members = state.holders.members(row.holder);
        for (let at = 0; at < members.length; at += 1) seen[members[at] ?? 0] = at;
      }
    }
    let machines = 0;
    for (const node of state.tree.nodeOfMachine) machines += node;
    return machines;
  }).ms;
}

function measureFleet(machines: number, assignments: number) {
  const inputs = syntheticTenant({ machines, assignments, people: 5000, groups: 1000 });
  const prepare: number[] = [];
  const number: number[] = [];
  const count: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const index = timed(() => prepareAccess(inputs, NOW));
    const state = timed(() => numbered(index.result));
    prepare.push(index.ms);
    number.push(state.ms);
    count.push(timed(() => evaluate(state.result)).ms);
    floor.push(floorOf(state.result));
  }
  return {
    inputs,
    prepare: median(prepare),
    number: median(number),
    count: median(count),
    best: Math.min(...count),
    floor: median(floor),
  };
}

/**
 * Removes and adds single assignments, as many of each kind and some from everywhere. The clock of the processor ticks too
 * slowly for one change, so a figure is the mean of several pairs with the same assignment.
 */
function measureChanges(inputs: AccessInputs): { name: string; values: number[] }[] {
  const fleet = evaluateFleet(prepareAccess(inputs, NOW));
  const samples = new Map<string, RoleAssignmentInput[]>();
  const take = (name: string, rows: readonly RoleAssignmentInput[], count: number) =>
    samples.set(
      name,
      rows.length === 0
        ? []
        : Array.from({ length: count }, (_, at) => rows[(at * 7919) % rows.length]).filter((row) => row !== undefined),
    );
  take("anywhere", inputs.assignments, CHANGES);
  for (const kind of KINDS) {
    take(
      kind,
      inputs.assignments.filter((row) => kindOf(row) === kind),
      CHANGES,
    );
  }
  return [...samples].map(([name, assignments]) => ({
    name,
    values: assignments.map((assignment) => {
      const { ms } = timed(() => {
        for (let pair = 0; pair < PAIRS_PER_CHANGE; pair += 1) {
          changeFleet(fleet, { kind: "remove", assignmentId: assignment.id });
          changeFleet(fleet, { kind: "add", assignment });
        }
      });
      return ms / (2 * PAIRS_PER_CHANGE);
    }),
  }));
}

function kindOf({ scope }: RoleAssignmentInput): (typeof KINDS)[number] {
  if (scope.includes("managementGroups")) return "at a management group";
  if (scope.includes("/machines/")) return "at a machine";
  return scope.includes("/resourceGroups/") ? "at a group" : "at a subscription";
}

function samplePairs(inputs: AccessInputs): Pair[] {
  const assignments = inputs.assignments.filter((row) => row.scope.includes("/machines/"));
  return Array.from({ length: PAIRS }, (_, number) => {
    const at = assignments[(number * 104_729) % assignments.length];
    const person = inputs.principals[(number * 611) % inputs.principals.length];
    const isDirect = number % 2 === 0 && at?.principalType === "User";
    return { machineId: at?.scope ?? "", personId: (isDirect ? at.principalId : person?.id) ?? "" };
  });
}

/** Million plain additions in a second of processor time: a busy or slow machine shows here, and in every figure alike. */
function processorSpeed(): number {
  const additions = 100_000_000;
  const { ms } = timed(() => {
    let sum = 0;
    for (let at = 0; at < additions; at += 1) sum = (sum + at * 3) | 0;
    return sum;
  });
  return additions / 1000 / ms;
}

const figures: Figure[] = [];
const add = (name: string, value: number, unit: string, target: number | null = null, floor: number | null = null) =>
  figures.push({ bench: "access", name, value, unit, target, floor });

processorSpeed();
add("processor now, million additions a second", processorSpeed(), "M/s");
const whole = measureFleet(100_000, 80_000);
const half = measureFleet(50_000, 40_000);
const { inputs } = whole;
add("whole fleet, median", whole.count, "ms", 100, whole.floor);
add("whole fleet, best", whole.best, "ms", 100, whole.floor);
add("reading inputs into the engine (ids, PIM, people)", whole.prepare, "ms");
add("numbering scopes, resolving 1,000 groups", whole.number, "ms");
add("half the fleet and assignments, median", half.count, "ms", null, half.floor);
add("whole against half (2 = linear)", whole.count / half.count, "x", 2.4, 2);

const index = prepareAccess(inputs, NOW);
const fleet = evaluateFleet(index);
add("one column of 100,000 counts", timed(() => fleet.column("signInAdmin", "now")).ms, "ms");
add("reach of 5,000 people, first time", timed(() => fleet.reach(0, "signInAdmin", "now")).ms, "ms");
add("one machine with every path", timed(() => evaluateMachine(index, inputs.machines[4711]?.id ?? "")).ms, "ms");
const change = inputs.assignments[0];
if (change !== undefined) {
  add("preview of one change", timed(() => previewChanges(fleet, [{ kind: "remove", assignmentId: change.id }])).ms, "ms");
}
for (const { name, values } of measureChanges(inputs)) {
  add(`one changed assignment ${name}, median`, median(values), "ms", 5);
  add(`one changed assignment ${name}, p95`, quantile(values, 0.95), "ms", 5);
  add(`one changed assignment ${name}, worst`, Math.max(...values), "ms");
}

const pairs = samplePairs(inputs);
const ours = pairs.map(({ machineId, personId }) => {
  const bits = fleet.machineBits(fleet.principalIndex(personId), "signInAdmin", "now");
  const machine = fleet.machineIndex(machineId);
  return (((bits[machine >>> 5] ?? 0) >>> (machine & 31)) & 1) === 1;
});
const questions = inputs.machines.length * inputs.principals.length;
for (const [name, rival] of [
  ["pairwise", askPairwise(inputs, pairs)],
  ["Cedar", askCedar(inputs, pairs)],
] as const) {
  add(`${name}: one answer (sample of ${PAIRS})`, rival.msPerAnswer, "ms");
  add(`${name}: same answers as the engine`, rival.answers.filter((answer, at) => answer === ours[at]).length, `of ${PAIRS}`);
  add(`${name}: whole fleet for one capability, by the sample`, (rival.msPerAnswer * questions) / 3_600_000, "h");
}
console.log(
  `100,000 machines, 80,000 assignments, 5,000 people, 1,000 groups; ${ours.filter(Boolean).length} of ${PAIRS} sampled pairs may sign in`,
);
console.log(`the engine's whole fleet is ${round(questions / 1e6)} million pairs x 30 capabilities x 5 lanes`);
report(figures);
