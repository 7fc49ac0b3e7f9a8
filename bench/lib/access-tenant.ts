// A synthetic tenant of any size for the access engine: real built-in roles, nested groups with a few cycles, Azure's limits.

import { readFileSync } from "node:fs";
import type { AccessInputs, RoleAssignmentInput, RoleDefinitionInput } from "@/lib/domain/access/types";

type Size = { machines: number; assignments: number; people: number; groups: number };

type WireRole = {
  name: string;
  properties: {
    roleName: string;
    type: string;
    assignableScopes: string[];
    permissions: { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] }[];
  };
};

const MACHINES_PER_GROUP = 100;
const GROUPS_PER_SUBSCRIPTION = 40;
const COMMON_ROLES = [
  "Reader",
  "Contributor",
  "Owner",
  "Virtual Machine Administrator Login",
  "Virtual Machine User Login",
  "Azure Connected Machine Resource Administrator",
  "Azure Connected Machine Onboarding",
  "User Access Administrator",
  "Log Analytics Contributor",
];

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function guid(kind: number, number: number): string {
  return `${kind.toString(16).padStart(8, "0")}-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

function builtInRoles(): RoleDefinitionInput[] {
  const file = new URL("../../emulator/specs/builtin-role-definitions.json", import.meta.url);
  const wire: WireRole[] = JSON.parse(readFileSync(file, "utf8"));
  return wire.map(({ name, properties }) => ({
    id: name,
    name: properties.roleName,
    type: properties.type,
    permissions: properties.permissions,
    assignableScopes: properties.assignableScopes,
  }));
}

export function syntheticTenant(size: Size): AccessInputs {
  const next = random(7);
  const below = (end: number) => Math.floor(next() * end);
  const pick = (list: readonly string[]) => list[below(list.length)] ?? "";
  const roles = builtInRoles();
  const common = roles.filter((role) => COMMON_ROLES.includes(role.name)).map((role) => role.id);
  const all = roles.map((role) => role.id);
  const groupCount = Math.ceil(size.machines / MACHINES_PER_GROUP);
  const subscriptionCount = Math.ceil(groupCount / GROUPS_PER_SUBSCRIPTION);
  const mg = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;
  const subscription = (number: number) => `/subscriptions/${guid(1, number)}`;
  const resourceGroup = (number: number) =>
    `${subscription(Math.floor(number / GROUPS_PER_SUBSCRIPTION))}/resourceGroups/rg-${number}`;
  const machine = (number: number) =>
    `${resourceGroup(Math.floor(number / MACHINES_PER_GROUP))}/providers/Microsoft.HybridCompute/machines/srv-${number}`;

  function scope(): string {
    const dice = next();
    if (dice < 0.45) return machine(below(size.machines));
    if (dice < 0.85) return resourceGroup(below(groupCount));
    return dice < 0.985 ? subscription(below(subscriptionCount)) : mg(`mg-${below(5)}`);
  }

  function assignment(number: number): RoleAssignmentInput {
    const isGroup = next() < 0.6;
    const at = scope();
    return {
      id: `${at}/providers/Microsoft.Authorization/roleAssignments/${guid(5, number)}`,
      scope: at,
      roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${pick(next() < 0.9 ? common : all)}`,
      principalId: isGroup ? guid(3, below(size.groups)) : guid(2, below(size.people)),
      principalType: isGroup ? "Group" : "User",
      condition: null,
      createdOn: null,
    };
  }

  const groups = Array.from({ length: size.groups }, (_, number) => {
    const people = Array.from({ length: number % 50 === 0 ? 200 : 5 + below(20) }, () => guid(2, below(size.people)));
    // Mostly into lower numbers, and one in a hundred back up, which closes a cycle.
    const nested = next() < 0.3 ? [guid(3, next() < 0.01 ? below(size.groups) : below(Math.max(1, number)))] : [];
    return { groupId: guid(3, number), memberIds: [...people, ...nested], transitive: false };
  });
  const asOf = "2026-11-21T12:00:00Z";
  return {
    managementGroups: Array.from({ length: 5 }, (_, number) => ({
      id: mg(`mg-${number}`),
      displayName: `Management group ${number}`,
      parentId: number === 0 ? null : mg("mg-0"),
    })),
    subscriptions: Array.from({ length: subscriptionCount }, (_, number) => ({
      id: guid(1, number),
      displayName: `Subscription ${number}`,
      managementGroupId: mg(`mg-${1 + (number % 4)}`),
    })),
    machines: Array.from({ length: size.machines }, (_, number) => ({
      id: machine(number),
      name: `srv-${number}`,
      principalId: guid(4, number),
    })),
    roleDefinitions: roles,
    assignments: Array.from({ length: size.assignments }, (_, number) => assignment(number)),
    activeInstances: [],
    eligibleInstances: [],
    denyAssignments: [],
    principals: Array.from({ length: size.people }, (_, number) => ({
      id: guid(2, number),
      kind: number % 40 === 0 ? "guest" : "user",
      displayName: `Person ${number}`,
      detail: "",
      enabled: number % 50 !== 0,
      machineId: null,
    })),
    groups,
    asOf: {
      scopes: asOf,
      machines: asOf,
      roleDefinitions: asOf,
      assignments: asOf,
      activeInstances: asOf,
      eligibleInstances: asOf,
      denyAssignments: asOf,
      principals: asOf,
      groups: asOf,
    },
    incomplete: [],
  };
}
