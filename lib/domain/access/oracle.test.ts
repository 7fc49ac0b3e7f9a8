import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW } from "./access-fixture";
import { prepareAccess } from "./access-index";
import { actionCovered } from "./actions";
import { canDo } from "./can-do";
import { ATOM_IDS, ATOMS, CAPABILITY_IDS } from "./capabilities";
import { applyChanges, changeFleet } from "./change";
import { diffFleets, previewChanges } from "./diff";
import { evaluateFleet } from "./evaluate-fleet";
import { evaluateMachine } from "./evaluate-machine";
import { LANES } from "./fleet-state";
import { oracleLanes, oracleMatches, waysIn } from "./oracle";
import { anyAssignment, anyTenant, anyTree, meaningOf, SOME_ACTIONS } from "./random-tenant";
import type { AccessChange, AccessDifference, AccessInputs, AccessPath } from "./types";

// Under mutation testing the same properties run with fewer cases; every real run has 11,000.
const scale = Number(process.env.ACCESS_PROPERTY_SCALE ?? 1);
const runs = (count: number) =>
  scale === 1 ? { numRuns: count } : { numRuns: Math.max(4, Math.round(count * scale)), seed: 7, endOnFailure: true };
const TIMEOUT = 120_000;

function lanesOfPaths(paths: readonly AccessPath[]): string[] {
  const lanes = new Set<string>(paths.map((path) => (path.condition.kind === "depends" ? "depends" : path.kind.kind)));
  if (lanes.has("standing") || lanes.has("active")) lanes.add("now");
  return [...lanes].sort();
}

/** "person capability: lanes" for everything that somebody has on a machine. */
function machineAnswer(inputs: AccessInputs, machineId: string): string[] {
  const { answers } = evaluateMachine(prepareAccess(inputs, NOW), machineId);
  return CAPABILITY_IDS.flatMap((capability) =>
    answers[capability].holders.map((row) => `${row.principal.id.toLowerCase()} ${capability}: ${lanesOfPaths(row.paths)}`),
  ).sort();
}

function oracleAnswer(inputs: AccessInputs, people: readonly string[], machineId: string): string[] {
  const ways = waysIn(inputs, NOW);
  return people
    .flatMap((person) =>
      CAPABILITY_IDS.flatMap((capability) => {
        const lanes = oracleLanes(inputs, NOW, person, capability, machineId, meaningOf, ways);
        return lanes.length === 0 ? [] : [`${person} ${capability}: ${lanes}`];
      }),
    )
    .sort();
}

function peopleOf(inputs: AccessInputs): string[] {
  return evaluateFleet(prepareAccess(inputs, NOW)).principals.map((row) => row.id.toLowerCase());
}

/** Everything a fleet says, as text: counts, reach, machines and holders per capability and lane. */
function fleetAnswer(fleet: ReturnType<typeof evaluateFleet>) {
  const said: Record<string, unknown> = {};
  for (const capability of CAPABILITY_IDS) {
    for (const lane of LANES) {
      const column = [...fleet.column(capability, lane)];
      if (column.some((count) => count !== 0)) said[`${capability} ${lane}`] = column;
      fleet.principals.forEach((person, at) => {
        const machines = [...fleet.machineBits(at, capability, lane)];
        const reach = fleet.reach(at, capability, lane);
        if (reach !== 0 || machines.some((word) => word !== 0))
          said[`${person.id.toLowerCase()} ${capability} ${lane}`] = [reach, machines];
      });
    }
  }
  return said;
}

function oracleFleet(inputs: AccessInputs, people: readonly string[]) {
  const said: Record<string, unknown> = {};
  const counts = new Map<string, number[]>();
  const bits = new Map<string, number>();
  const ways = waysIn(inputs, NOW);
  inputs.machines.forEach((machine, at) => {
    for (const person of people) {
      for (const capability of CAPABILITY_IDS) {
        for (const lane of oracleLanes(inputs, NOW, person, capability, machine.id, meaningOf, ways)) {
          const key = `${capability} ${lane}`;
          const column = counts.get(key) ?? inputs.machines.map(() => 0);
          column[at] = (column[at] ?? 0) + 1;
          counts.set(key, column);
          bits.set(`${person} ${key}`, (bits.get(`${person} ${key}`) ?? 0) | (1 << at));
        }
      }
    }
  });
  for (const [key, column] of counts) said[key] = column;
  for (const [key, mask] of bits) said[key] = [mask.toString(2).replaceAll("0", "").length, [mask]];
  return said;
}

describe("the engine equals the oracle", () => {
  test(
    "wildcards",
    () => {
      const part = fc.constantFrom("microsoft.a", "*", "machines", "read", "x", "a*", "");
      const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
      const action = fc
        .array(fc.constantFrom("Microsoft.A", "machines", "read", "x", "ab"), { minLength: 1, maxLength: 5 })
        .map((parts) => parts.join("/"));
      fc.assert(
        fc.property(
          fc.oneof(path, fc.constantFrom(...SOME_ACTIONS)),
          fc.oneof(action, fc.constantFrom(...SOME_ACTIONS)),
          (pattern, text) => {
            expect(actionCovered(pattern, text)).toBe(oracleMatches(pattern, text));
          },
        ),
        runs(5000),
      );
    },
    TIMEOUT,
  );

  test(
    "[C02] who has what on one machine, and in which lane",
    () => {
      fc.assert(
        fc.property(anyTenant, fc.nat(3), (inputs, at) => {
          const id = inputs.machines[at]?.id ?? "";
          expect(machineAnswer(inputs, id)).toEqual(oracleAnswer(inputs, peopleOf(inputs), id));
        }),
        runs(3000),
      );
    },
    TIMEOUT,
  );

  test(
    "counts, reach and machines of a whole fleet",
    () => {
      fc.assert(
        fc.property(anyTree, (inputs) => {
          expect(fleetAnswer(evaluateFleet(prepareAccess(inputs, NOW)))).toEqual(oracleFleet(inputs, peopleOf(inputs)));
        }),
        runs(800),
      );
    },
    TIMEOUT,
  );

  test(
    "single actions at any scope",
    () => {
      const scopes = fc.nat(20);
      fc.assert(
        fc.property(
          anyTenant,
          scopes,
          fc.constantFrom("p1", "p2", "P3"),
          fc.constantFrom(...ATOM_IDS),
          (inputs, at, person, atom) => {
            const machine = inputs.machines[at % inputs.machines.length]?.id ?? "";
            if (ATOMS[atom].at !== "machine" || atom === "signInUser" || atom === "signInAdmin") return;
            const limited =
              atom === "assignRoles" ? oracleLanes(inputs, NOW, person, "assignRolesLimited", machine, meaningOf) : [];
            const capability = CAPABILITY_IDS.find((id) => id === atom) ?? "read";
            const lanes = [...oracleLanes(inputs, NOW, person, capability, machine, meaningOf)];
            const { action, isDataAction } = ATOMS[atom];
            const { verdict } = canDo(prepareAccess(inputs, NOW), { principalId: person, action, isDataAction, scope: machine });
            if (atom === "removeRoles" || limited.length > 0) return;
            const expected = lanes.includes("now")
              ? "yes"
              : lanes.includes("depends")
                ? ["depends", "eligible"]
                : lanes.includes("eligible")
                  ? "eligible"
                  : "no";
            expect([expected].flat()).toContain(verdict);
          },
        ),
        runs(1500),
      );
    },
    TIMEOUT,
  );
});

describe("a change in place", () => {
  const anyChange = (inputs: AccessInputs, pick: number, assignment: AccessInputs["assignments"][number]): AccessChange => {
    const row = inputs.assignments[pick % Math.max(1, inputs.assignments.length)];
    return row === undefined || pick % 2 === 0 ? { kind: "add", assignment } : { kind: "remove", assignmentId: row.id };
  };
  // What a PIM instance says of an assignment is worked out when inputs are prepared, not when one assignment changes.
  const withoutPim = anyTree.map((inputs) => ({ ...inputs, activeInstances: [] }));

  test(
    "equals an evaluation from nothing",
    () => {
      fc.assert(
        fc.property(withoutPim, fc.nat(20), anyAssignment, fc.boolean(), (inputs, pick, assignment, askFirst) => {
          const change = anyChange(inputs, pick, assignment);
          const fleet = evaluateFleet(prepareAccess(inputs, NOW));
          if (askFirst) fleet.reach(0, "read", "now");
          changeFleet(fleet, change);
          expect(fleetAnswer(fleet)).toEqual(fleetAnswer(evaluateFleet(prepareAccess(applyChanges(inputs, [change]), NOW))));
        }),
        runs(600),
      );
    },
    TIMEOUT,
  );

  test(
    "a preview is the difference of the two evaluations, and its opposite undoes it",
    () => {
      const sorted = (rows: readonly AccessDifference[]) =>
        rows.map((row) => `${row.principalId} ${row.capability} ${row.lane} ${row.machineIndexes}`).sort();
      fc.assert(
        fc.property(withoutPim, fc.nat(20), anyAssignment, (inputs, pick, assignment) => {
          const before = evaluateFleet(prepareAccess(inputs, NOW));
          const { diff, after } = previewChanges(before, [anyChange(inputs, pick, assignment)]);
          const whole = diffFleets(before, after);
          expect(sorted(diff.gained)).toEqual(sorted(whole.gained));
          expect(sorted(diff.lost)).toEqual(sorted(whole.lost));
          const back = diffFleets(after, before);
          expect(sorted(back.gained)).toEqual(sorted(whole.lost));
          for (const row of whole.gained) {
            const bits = after.machineBits(after.principalIndex(row.principalId), row.capability, row.lane);
            for (const machine of row.machineIndexes) expect((bits[0] ?? 0) & (1 << machine)).not.toBe(0);
          }
        }),
        runs(300),
      );
    },
    TIMEOUT,
  );
});
