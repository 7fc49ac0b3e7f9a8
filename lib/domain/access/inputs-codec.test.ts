import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInputsAssembler, encodeAssignments, encodeMachines, encodePrincipals } from "./inputs-codec";
import type { AccessInputsMessage } from "./inputs-wire";
import type { MachineInput, PrincipalInput, RoleAssignmentInput } from "./types";

const segment = fc.stringMatching(/^[\w.-]{1,20}$/);
const machine = fc.record({ subscription: fc.uuid(), group: segment, name: segment, principalId: fc.option(fc.uuid()) }).map(
  ({ subscription, group, name, principalId }): MachineInput => ({
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/${name}`,
    name,
    principalId,
  }),
);
const scope = fc.oneof(
  fc.constant("/"),
  fc.uuid().map((id) => `/subscriptions/${id}`),
  segment.map((name) => `/providers/Microsoft.Management/managementGroups/${name}`),
);
const assignment = fc
  .record({
    scope,
    name: fc.uuid(),
    roleDefinitionId: fc.uuid(),
    principalId: fc.uuid(),
    principalType: fc.option(fc.constantFrom("User", "Group", "Alien")),
    condition: fc.option(fc.string({ minLength: 1 })),
    createdOn: fc.option(fc.constant("2026-01-01T00:00:00Z")),
  })
  .map(
    ({ name, ...row }): RoleAssignmentInput => ({
      ...row,
      id: `${row.scope === "/" ? "" : row.scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    }),
  );
const principal: fc.Arbitrary<PrincipalInput> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom("user", "guest", "group", "servicePrincipal", "managedIdentity", "device", "unknown", "deleted"),
  displayName: fc.string(),
  detail: fc.string(),
  enabled: fc.option(fc.boolean()),
  machineId: fc.option(fc.string({ minLength: 1 })),
});
const TAIL: AccessInputsMessage = {
  type: "tail",
  asOf: {
    scopes: "a",
    machines: "a",
    roleDefinitions: "a",
    assignments: "a",
    activeInstances: null,
    eligibleInstances: null,
    denyAssignments: null,
    principals: "a",
    groups: "a",
  },
  incomplete: [{ source: "groups", at: "g", label: "g", reason: "hidden" }],
  completeness: { expected: 1, received: 1, complete: true, missing: [], asOf: "a" },
};

function assembled(messages: AccessInputsMessage[]) {
  const assembler = createInputsAssembler();
  // The wire is JSON lines, so what JSON cannot carry must show here.
  for (const message of messages) assembler.push(JSON.parse(JSON.stringify(message)) as AccessInputsMessage);
  return assembler.end();
}

describe("the columns of GET /api/access/inputs", () => {
  it("give back exactly the machines, assignments and principals that were put in", () => {
    fc.assert(
      fc.property(fc.array(machine), fc.array(assignment), fc.array(principal), (machines, assignments, principals) => {
        const result = assembled([encodeMachines(machines), encodeAssignments(assignments), encodePrincipals(principals), TAIL]);
        expect(result?.inputs.machines).toEqual(machines);
        expect(result?.inputs.assignments).toEqual(assignments);
        expect(result?.inputs.principals).toEqual(principals);
      }),
    );
  });

  it("keep an assignment's id that does not stand below its scope", () => {
    const odd: RoleAssignmentInput = {
      id: "/providers/Microsoft.Authorization/roleAssignments/x",
      scope: "/subscriptions/S",
      roleDefinitionId: "r",
      principalId: "p",
      principalType: null,
      condition: null,
      createdOn: null,
    };
    expect(assembled([encodeAssignments([odd]), TAIL])?.inputs.assignments).toEqual([odd]);
  });

  it("send a text that repeats once", () => {
    const same: PrincipalInput[] = Array.from({ length: 3 }, (_, index) => ({
      id: String(index),
      kind: "user",
      displayName: "",
      detail: "",
      enabled: null,
      machineId: null,
    }));
    expect(encodePrincipals(same).kind).toEqual({ dictionary: ["user"], codes: [0, 0, 0] });
  });

  it("are no whole list without the tail", () => {
    expect(assembled([{ type: "head", asOf: "a", fromSnapshot: true }, encodeMachines([])])).toBeNull();
  });

  it("keep pages in order, the head's age and what is missing", () => {
    const group = { groupId: "g", memberIds: ["m"], transitive: false };
    const result = assembled([
      { type: "head", asOf: "2026", fromSnapshot: true },
      { type: "groups", groups: [group] },
      { type: "progress", source: "groups", received: 1, waitingForQuotaMs: 0 },
      { type: "groups", groups: [{ ...group, groupId: "h" }] },
      TAIL,
    ]);
    expect(result?.inputs.groups.map(({ groupId }) => groupId)).toEqual(["g", "h"]);
    expect(result).toMatchObject({ asOf: "2026", fromSnapshot: true });
    expect(result?.inputs.incomplete).toEqual([{ source: "groups", at: "g", label: "g", reason: "hidden" }]);
  });
});
