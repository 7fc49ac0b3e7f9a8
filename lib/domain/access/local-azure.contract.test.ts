import { describe, expect, test } from "vitest";
import { decideAccess } from "../../../emulator/core/rbac.ts";
import { machineResourceId } from "../../../emulator/world/ids.ts";
import { TEST_NOW, testWorld } from "../../../emulator/world/test-world.ts";
import { tenant } from "./access-fixture";
import { prepareAccess } from "./access-index";
import { canDo } from "./can-do";
import { ATOM_IDS, ATOMS } from "./capabilities";
import type { AccessInputs } from "./types";

const world = testWorld(60);
const home = world.tenants[0]?.id ?? "";
const managementGroup = (id: string) => `/providers/Microsoft.Management/managementGroups/${id.split("/").at(-1)}`;

/** What a reader of everything would have read of the demo tenant. */
function inputsOf(): AccessInputs {
  const ends = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  const rows = world.roleAssignments
    .filter((row) => row.tenantId === home && row.effectiveFromMs <= TEST_NOW)
    .map((row) => ({
      id: `${row.scope}/providers/Microsoft.Authorization/roleAssignments/${row.name}`,
      scope: row.scope,
      roleDefinitionId: row.roleDefinitionGuid,
      principalId: row.principalId,
      principalType: row.principalType,
      condition: row.condition,
      createdOn: row.createdOn,
      until: ends(row.endsAtMs),
    }));
  return tenant({
    managementGroups: world.managementGroups
      .filter((row) => row.tenantId === home)
      .map((row) => ({
        id: managementGroup(row.id),
        displayName: row.displayName,
        parentId: row.parentId === null ? null : managementGroup(row.parentId),
      })),
    subscriptions: world.subscriptions
      .filter((row) => row.tenantId === home)
      .map((row) => ({ id: row.id, displayName: row.displayName, managementGroupId: managementGroup(row.managementGroupId) })),
    machines: world.machines
      .filter((row) => world.subscriptions.some((one) => one.id === row.subscriptionId && one.tenantId === home))
      .map((row) => ({ id: machineResourceId(row), name: row.name, principalId: null })),
    roleDefinitions: world.roleDefinitions.map((row) => ({ ...row, name: row.roleName })),
    assignments: rows,
    activeInstances: rows
      .filter((row) => row.until !== null)
      .map((row) => ({ ...row, originRoleAssignmentId: row.id, assignmentType: "Activated", linkedEligibilityId: null })),
    denyAssignments: world.denyAssignments
      .filter((row) => row.tenantId === home)
      .map((row) => ({
        ...row,
        id: row.name,
        name: row.denyAssignmentName,
        principalIds: row.principals.map((one) => one.id),
        excludePrincipalIds: row.excludePrincipals.map((one) => one.id),
        condition: null,
      })),
    groups: world.groups
      .filter((row) => row.tenantId === home)
      .map((row) => ({ groupId: row.id, memberIds: row.memberIds, transitive: false })),
  });
}

const ACTIONS = [
  ...ATOM_IDS.map((atom) => ATOMS[atom]),
  { action: "Microsoft.HybridCompute/machines/extensions/read", isDataAction: false },
  { action: "Microsoft.Authorization/roleAssignments/read", isDataAction: false },
  { action: "Microsoft.KeyVault/vaults/secrets/getSecret/action", isDataAction: true },
];
const TRIPLES = 5000;
const VERDICTS = { allowed: ["yes"], depends: ["depends"], denied: ["no"] };

describe("the engine and local Azure's own enforcement", () => {
  test(`decide ${TRIPLES} random (person, action, machine) triples alike`, () => {
    const inputs = inputsOf();
    const index = prepareAccess(inputs, new Date(TEST_NOW));
    const holders = world.roleAssignments.filter((row) => row.principalType !== "Group").map((row) => row.principalId);
    const people = [...world.users.filter((user) => user.tenantId === home).map((user) => user.id), ...holders];
    let state = 20_261_121;
    const below = (end: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * end);
    };
    const differences: unknown[] = [];
    const seen = { allowed: 0, depends: 0, denied: 0 };
    for (let number = 0; number < TRIPLES; number += 1) {
      const principalId = people[below(people.length)] ?? "";
      const scope = inputs.machines[below(inputs.machines.length)]?.id ?? "";
      const { action, isDataAction } = ACTIONS[below(ACTIONS.length)] ?? ACTIONS[0] ?? { action: "", isDataAction: false };
      const theirs = decideAccess(world, TEST_NOW, {
        principal: { tenantId: home, objectId: principalId },
        action,
        scope,
        dataAction: isDataAction,
      }).outcome;
      const ours = canDo(index, { principalId, action, isDataAction, scope }).verdict;
      seen[theirs] += 1;
      if (!VERDICTS[theirs].includes(ours)) differences.push({ principalId, action, scope, theirs, ours });
    }
    expect(differences).toEqual([]);
    // Agreement on nothing but "no" would prove little.
    expect(seen.allowed).toBeGreaterThan(500);
  });
});
