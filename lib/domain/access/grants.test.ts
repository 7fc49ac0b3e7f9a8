import { describe, expect, test } from "vitest";
import { assign, eligible, G1, NOW, S1 } from "./access-fixture";
import { buildGrants } from "./grants";
import type { ActiveInstanceInput, RoleAssignmentInput } from "./types";

const LATER = "2026-11-21T12:00:01Z";

function instance(row: RoleAssignmentInput, more: Partial<ActiveInstanceInput>): ActiveInstanceInput {
  return {
    ...row,
    id: `${row.id}-i`,
    originRoleAssignmentId: null,
    assignmentType: "Activated",
    until: LATER,
    linkedEligibilityId: null,
    ...more,
  };
}

function kinds(assignments: RoleAssignmentInput[], activeInstances: ActiveInstanceInput[]) {
  return buildGrants({ assignments, activeInstances, eligibleInstances: [] }, NOW).map((grant) => [grant.id, grant.kind]);
}

describe("assignments that PIM made", () => {
  const row = assign("ann", "/x/Reader", S1);

  test("an ordinary assignment stands", () => {
    expect(kinds([row], [])).toEqual([[row.id, { kind: "standing" }]]);
  });

  test("the instance that names the assignment makes it end; the two are one", () => {
    const active = { kind: "active", until: LATER, activated: true, linkedEligibilityId: "e" };
    const origin = row.id.toUpperCase();
    expect(kinds([row], [instance(row, { originRoleAssignmentId: origin, scope: "/", linkedEligibilityId: "e" })])).toEqual([
      [row.id, active],
    ]);
  });

  test("without a name, scope, role and principal decide, in any spelling", () => {
    const other = {
      ...row,
      scope: `/providers/Microsoft.Subscription${S1.toUpperCase()}`,
      roleDefinitionId: "READER",
      principalId: "ANN",
    };
    expect(kinds([row], [instance(other, { assignmentType: "Assigned" })])).toEqual([
      [row.id, { kind: "active", until: LATER, activated: false, linkedEligibilityId: null }],
    ]);
  });

  test.each([
    ["scope", { scope: G1 }],
    ["role", { roleDefinitionId: "owner" }],
    ["principal", { principalId: "bob" }],
  ])("an instance of another %s is a grant of its own", (_, more) => {
    expect(kinds([row], [instance({ ...row, ...more }, {})])).toHaveLength(2);
  });

  test("an instance without an end stands, also beside one that ends", () => {
    expect(kinds([row], [instance(row, { until: null })])).toEqual([[row.id, { kind: "standing" }]]);
    expect(kinds([row], [instance(row, {}), instance(row, { until: null })])).toEqual([[row.id, { kind: "standing" }]]);
    expect(kinds([row], [instance(row, { until: null }), instance(row, {})])).toEqual([[row.id, { kind: "standing" }]]);
  });

  test("of several ends the latest counts", () => {
    const ends = [LATER, "2026-11-23T00:00:00Z", "2026-11-22T00:00:00Z"].map((until) => instance(row, { until }));
    expect(kinds([row], ends)).toMatchObject([[row.id, { until: "2026-11-23T00:00:00Z" }]]);
  });

  test("an instance that is over takes its assignment along, to the second", () => {
    const over = instance(row, { until: NOW.toISOString(), originRoleAssignmentId: row.id });
    expect(kinds([row], [over])).toEqual([]);
    expect(kinds([], [over])).toEqual([]);
    expect(kinds([row], [instance(row, { until: "not a date" })])).toHaveLength(1);
  });

  test("an instance whose assignment is not listed yet counts by itself", () => {
    expect(kinds([], [instance(row, {})])).toMatchObject([[`${row.id}-i`, { kind: "active" }]]);
  });
});

test("grants carry normalised ids and the scope as written", () => {
  const [grant] = buildGrants({ assignments: [assign("ANN", "/x/READER", G1)], activeInstances: [], eligibleInstances: [] }, NOW);
  expect(grant).toMatchObject({ principalId: "ann", roleId: "reader", scope: G1.toLowerCase(), writtenScope: G1 });
});

test("eligibilities carry what is known of their policy", () => {
  const rows = [
    eligible("ann", "reader", S1, { until: LATER, approvalRequired: true, mfaRequired: false, authenticationContext: "c1" }),
    eligible("bob", "reader", S1, { until: NOW.toISOString() }),
  ];
  const grants = buildGrants({ assignments: [], activeInstances: [], eligibleInstances: rows }, NOW);
  expect(grants.map((grant) => grant.kind)).toEqual([
    { kind: "eligible", until: LATER, approvalRequired: true, mfaRequired: false, authenticationContext: "c1" },
  ]);
});
