import fc from "fast-check";
import { assign, deny, eligible, machine, NOW, principal, tenant } from "./access-fixture";
import { ATOM_IDS, ATOMS } from "./capabilities";
import type { Meaning } from "./oracle";
import type { AccessInputs, PermissionInput, PrincipalKind } from "./types";

/** Random tenants for property tests: small, odd, and rich in ties. */
const GUID = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const WRITE = "Microsoft.Authorization/roleAssignments/write";
const ROLE_ID = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
const LOGIN = "Microsoft.HybridCompute/machines/loginAsAdmin/action";

/** Conditions with what each means for an action (in lower case), said here and not read from the text. */
const CONDITIONS: readonly { text: string; means: (action: string) => Meaning }[] = [
  {
    text: `((!(ActionMatches{'${WRITE}'})) OR (@Request[${ROLE_ID}] ForAnyOfAnyValues:GuidEquals {${GUID}}))`,
    means: (action) => (action === WRITE.toLowerCase() ? "limited" : true),
  },
  {
    text: `(!(ActionMatches{'${LOGIN}'})) OR @Principal[team] StringEquals 'ops'`,
    means: (action) => (action === LOGIN.toLowerCase() ? "unknown" : true),
  },
  { text: "!(ActionMatches{'*/write'})", means: (action) => !action.endsWith("/write") },
  {
    text: "Exists @Resource[tag] AND ActionMatches{'*/read'}",
    means: (action) => (action.endsWith("/read") ? "unknown" : false),
  },
  { text: "@Environment[utcNow] DateTimeGreaterThan '2026-01-01'", means: () => "unknown" },
  { text: "broken (", means: () => "unknown" },
];

export function meaningOf(text: string, action: string): Meaning {
  return CONDITIONS.find((condition) => condition.text === text)?.means(action.toLowerCase()) ?? "unknown";
}

/** Actions of the table and of nobody, and patterns around them. */
export const SOME_ACTIONS = [
  ...ATOM_IDS.map((atom) => ATOMS[atom].action),
  "Microsoft.Compute/virtualMachines/read",
  "Other/x/write",
];

const pattern = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SOME_ACTIONS) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "*",
      "*/read",
      "*/write",
      "*/action",
      "Microsoft.HybridCompute/*",
      "Microsoft.HybridCompute/machines/*",
      "Microsoft.HybridCompute/machines/*/read",
      "Microsoft.HybridCompute/*/write",
      "microsoft.authorization/*",
      "MICROSOFT.HYBRIDCOMPUTE/MACHINES/LOGIN*/ACTION",
      "Microsoft.HybridConnectivity/endpoints/*",
    ),
  },
);

const few = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });

const permission: fc.Arbitrary<PermissionInput> = fc.record({
  actions: few(pattern, 3),
  notActions: few(pattern, 2),
  dataActions: few(pattern, 2),
  notDataActions: few(pattern, 1),
});

const maybeCondition = fc.option(fc.constantFrom(...CONDITIONS.map((condition) => condition.text)), { freq: 3 });

const MACHINES = [
  ...["a", "b"].map((name) => `/subscriptions/s1/resourceGroups/g1/providers/Microsoft.HybridCompute/machines/${name}`),
  "/subscriptions/s1/resourceGroups/g2/providers/Microsoft.HybridCompute/machines/c",
  "/subscriptions/s2/resourceGroups/g1/providers/Microsoft.HybridCompute/machines/a",
];
const MANAGEMENT_GROUPS = ["root", "x", "y"].map((name) => `/providers/Microsoft.Management/managementGroups/${name}`);
const SCOPES = [
  "/",
  ...MANAGEMENT_GROUPS,
  "/subscriptions/s1",
  "/subscriptions/s2",
  "/subscriptions/s1/resourceGroups/g1",
  "/subscriptions/s1/resourceGroups/G2",
  "/subscriptions/S2/RESOURCEGROUPS/g1",
  ...MACHINES,
  "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.HybridCompute/machines/a/extensions/e",
];
const PEOPLE = ["p1", "p2", "p3", "p4"];
const GROUPS = ["t1", "t2", "t3"];
const ROLES = ["r1", "r2", "r3"];
const KINDS: PrincipalKind[] = ["user", "user", "user", "guest", "servicePrincipal", "unknown", "deleted"];

const scope = fc.constantFrom(...SCOPES);
const principalId = fc.constantFrom(...PEOPLE, ...GROUPS, ...GROUPS, "P1", "T1");
const roleId = fc.constantFrom(...ROLES, "R1", "/providers/Microsoft.Authorization/roleDefinitions/r2", "missing");
const until = fc.constantFrom(null, "2026-11-21T11:59:59Z", NOW.toISOString(), "2026-11-21T12:00:01Z", "2027-01-01T00:00:00Z");
const parent = fc.option(fc.constantFrom(...MANAGEMENT_GROUPS));

const row = fc.record({ principalId, roleId, scope, condition: maybeCondition });
const active = fc.record({ row, until, origin: fc.option(fc.nat(5)) });
const denyRow = fc.record({
  scope,
  permission,
  principalIds: fc.array(fc.oneof(principalId, fc.constant("00000000-0000-0000-0000-000000000000")), {
    minLength: 1,
    maxLength: 2,
  }),
  excluded: few(principalId, 1),
  own: fc.boolean(),
  condition: maybeCondition,
});

/** Assignments by number, so that active instances may name one. */
export const anyTenant: fc.Arbitrary<AccessInputs> = fc
  .record({
    parents: fc.tuple(parent, parent, parent),
    homes: fc.tuple(parent, parent),
    people: fc.tuple(
      ...PEOPLE.map(() =>
        fc.record({ kind: fc.constantFrom(...KINDS), enabled: fc.constantFrom(true, true, true, null, false) }),
      ),
    ),
    listed: fc.integer({ min: 2, max: PEOPLE.length }),
    members: few(
      fc.record({ groupId: fc.constantFrom(...GROUPS), memberIds: few(fc.constantFrom(...PEOPLE, ...GROUPS, "P2"), 3) }),
      4,
    ),
    permissions: fc.tuple(
      ...ROLES.map(() => fc.array(fc.record({ permission, condition: maybeCondition }), { minLength: 1, maxLength: 2 })),
    ),
    rows: few(row, 7),
    actives: few(active, 2),
    eligibles: few(fc.record({ row, until }), 2),
    denies: few(denyRow, 2),
  })
  .map((draw) => {
    const assignments = draw.rows.map((one, at) => ({ ...assign(one.principalId, one.roleId, one.scope, one), id: `a${at}` }));
    return tenant({
      managementGroups: MANAGEMENT_GROUPS.map((id, at) => ({ id, displayName: id, parentId: draw.parents[at] ?? null })),
      subscriptions: ["s1", "S2"].map((id, at) => ({ id, displayName: id, managementGroupId: draw.homes[at] ?? null })),
      machines: MACHINES.map(machine),
      roleDefinitions: ROLES.map((id, at) => ({
        id,
        name: id,
        type: "CustomRole",
        assignableScopes: [],
        permissions: (draw.permissions[at] ?? []).map((entry) => ({ ...entry.permission, condition: entry.condition })),
      })),
      assignments,
      activeInstances: draw.actives.map((one, at) => ({
        ...assign(one.row.principalId, one.row.roleId, one.row.scope, one.row),
        id: `i${at}`,
        originRoleAssignmentId: one.origin === null ? null : `x/A${one.origin}`,
        assignmentType: "Activated",
        until: one.until,
        linkedEligibilityId: null,
      })),
      eligibleInstances: draw.eligibles.map((one, at) => ({
        ...eligible(one.row.principalId, one.row.roleId, one.row.scope, { until: one.until, condition: one.row.condition }),
        id: `e${at}`,
      })),
      denyAssignments: draw.denies.map((one) =>
        deny(one.scope, one.permission, one.principalIds, {
          excludePrincipalIds: one.excluded,
          doNotApplyToChildScopes: one.own,
          condition: one.condition,
        }),
      ),
      principals: [
        ...PEOPLE.slice(0, draw.listed).map((id, at) =>
          principal(id, draw.people[at]?.kind ?? "user", { enabled: draw.people[at]?.enabled ?? null }),
        ),
        ...GROUPS.map((id) => principal(id, "group")),
      ],
      groups: draw.members.map((one) => ({ ...one, transitive: false })),
    });
  });

/** The same without cycles among management groups, which Azure refuses and a tree cannot show. */
export const anyTree = anyTenant.map((inputs) => ({
  ...inputs,
  managementGroups: inputs.managementGroups.map((row, at) => {
    const upper = MANAGEMENT_GROUPS.slice(0, at);
    return { ...row, parentId: row.parentId !== null && upper.includes(row.parentId) ? row.parentId : null };
  }),
}));

/** An assignment or eligibility that may be added to a random tenant. */
export const anyAssignment = row.map((one) => ({ ...assign(one.principalId, one.roleId, one.scope, one), id: "added" }));
