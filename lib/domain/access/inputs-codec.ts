import type { Completeness } from "../fleet-wire";
import type { AccessInputsMessage, TextColumn } from "./inputs-wire";
import type { AccessInputs, MachineInput, PrincipalInput, PrincipalKind, RoleAssignmentInput } from "./types";

const ASSIGNMENT_SEGMENT = "/providers/Microsoft.Authorization/roleAssignments/";
const MACHINE_SEGMENT = "/providers/Microsoft.HybridCompute/machines/";
const PRINCIPAL_KINDS: readonly PrincipalKind[] = [
  "user",
  "guest",
  "group",
  "servicePrincipal",
  "managedIdentity",
  "device",
  "unknown",
  "deleted",
];

function columnOf(values: readonly string[]): TextColumn {
  const positions = new Map<string, number>();
  const dictionary: string[] = [];
  const codes = values.map((value) => {
    const known = positions.get(value);
    if (known !== undefined) return known;
    positions.set(value, dictionary.length);
    dictionary.push(value);
    return dictionary.length - 1;
  });
  return { dictionary, codes };
}

function textAt(column: TextColumn, row: number): string {
  return column.dictionary[column.codes[row] ?? -1] ?? "";
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

/** Machines as columns: the id is its subscription, its group and its name. */
export function encodeMachines(machines: readonly MachineInput[]): Extract<AccessInputsMessage, { type: "machines" }> {
  const parts = machines.map(({ id }) =>
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/[^/]+\/machines\/([^/]+)$/i.exec(id),
  );
  return {
    type: "machines",
    subscription: columnOf(parts.map((part) => part?.[1] ?? "")),
    group: columnOf(parts.map((part) => part?.[2] ?? "")),
    name: machines.map(({ name }, row) => parts[row]?.[3] ?? name),
    principalId: machines.map(({ principalId }) => principalId ?? ""),
  };
}

function decodeMachines(page: Extract<AccessInputsMessage, { type: "machines" }>): MachineInput[] {
  return page.name.map((name, row) => ({
    id: `/subscriptions/${textAt(page.subscription, row)}/resourceGroups/${textAt(page.group, row)}${MACHINE_SEGMENT}${name}`,
    name,
    principalId: orNull(page.principalId[row]),
  }));
}

/** Role assignments as columns. An id that does not stand below its scope is sent whole. */
export function encodeAssignments(
  assignments: readonly RoleAssignmentInput[],
): Extract<AccessInputsMessage, { type: "assignments" }> {
  return {
    type: "assignments",
    name: assignments.map(({ id, scope }) => {
      const prefix = `${scope === "/" ? "" : scope}${ASSIGNMENT_SEGMENT}`;
      return id.toLowerCase().startsWith(prefix.toLowerCase()) ? id.slice(prefix.length) : id;
    }),
    scope: columnOf(assignments.map(({ scope }) => scope)),
    role: columnOf(assignments.map(({ roleDefinitionId }) => roleDefinitionId)),
    principal: columnOf(assignments.map(({ principalId }) => principalId)),
    principalType: columnOf(assignments.map(({ principalType }) => principalType ?? "")),
    condition: columnOf(assignments.map(({ condition }) => condition ?? "")),
    createdOn: assignments.map(({ createdOn }) => createdOn ?? ""),
  };
}

function decodeAssignments(page: Extract<AccessInputsMessage, { type: "assignments" }>): RoleAssignmentInput[] {
  return page.name.map((name, row) => {
    const scope = textAt(page.scope, row);
    return {
      id: name.startsWith("/") ? name : `${scope === "/" ? "" : scope}${ASSIGNMENT_SEGMENT}${name}`,
      scope,
      roleDefinitionId: textAt(page.role, row),
      principalId: textAt(page.principal, row),
      principalType: orNull(textAt(page.principalType, row)),
      condition: orNull(textAt(page.condition, row)),
      createdOn: orNull(page.createdOn[row]),
    };
  });
}

/** Principals as columns. `enabled`: 1 yes, 0 no, -1 not known. */
export function encodePrincipals(principals: readonly PrincipalInput[]): Extract<AccessInputsMessage, { type: "principals" }> {
  return {
    type: "principals",
    id: principals.map(({ id }) => id),
    kind: columnOf(principals.map(({ kind }) => kind)),
    displayName: principals.map(({ displayName }) => displayName),
    detail: principals.map(({ detail }) => detail),
    enabled: principals.map(({ enabled }) => (enabled === null ? -1 : Number(enabled))),
    machineId: principals.map(({ machineId }) => machineId ?? ""),
  };
}

function decodePrincipals(page: Extract<AccessInputsMessage, { type: "principals" }>): PrincipalInput[] {
  return page.id.map((id, row) => {
    const enabled = page.enabled[row];
    return {
      id,
      kind: PRINCIPAL_KINDS.find((kind) => kind === textAt(page.kind, row)) ?? "unknown",
      displayName: page.displayName[row] ?? "",
      detail: page.detail[row] ?? "",
      enabled: enabled === 1 ? true : enabled === 0 ? false : null,
      machineId: orNull(page.machineId[row]),
    };
  });
}

export type AssembledInputs = {
  inputs: AccessInputs;
  completeness: Completeness;
  /** When the server began to read, and whether this is the operator's stored last read. */
  asOf: string;
  fromSnapshot: boolean;
};

/** Puts the lines of GET /api/access/inputs together. `end` gives null while the tail has not come: the list is not whole. */
export function createInputsAssembler(): { push(message: AccessInputsMessage): void; end(): AssembledInputs | null } {
  const machines: MachineInput[] = [];
  const assignments: RoleAssignmentInput[] = [];
  const principals: PrincipalInput[] = [];
  const lists = {
    managementGroups: [] as AccessInputs["managementGroups"][number][],
    subscriptions: [] as AccessInputs["subscriptions"][number][],
    roleDefinitions: [] as AccessInputs["roleDefinitions"][number][],
    activeInstances: [] as AccessInputs["activeInstances"][number][],
    eligibleInstances: [] as AccessInputs["eligibleInstances"][number][],
    denyAssignments: [] as AccessInputs["denyAssignments"][number][],
    groups: [] as AccessInputs["groups"][number][],
  };
  let head = { asOf: "", fromSnapshot: false };
  let tail: Extract<AccessInputsMessage, { type: "tail" }> | null = null;

  // No spread into push: a page may hold more entries than a call takes arguments.
  function append<T>(target: T[], items: readonly T[]): void {
    for (const item of items) target.push(item);
  }

  function pushPage(message: Exclude<AccessInputsMessage, { type: "head" | "progress" | "tail" }>): void {
    if (message.type === "machines") append(machines, decodeMachines(message));
    else if (message.type === "assignments") append(assignments, decodeAssignments(message));
    else if (message.type === "principals") append(principals, decodePrincipals(message));
    else if (message.type === "groups") append(lists.groups, message.groups);
    else if (message.type === "roles") append(lists.roleDefinitions, message.roleDefinitions);
    else if (message.type === "active") append(lists.activeInstances, message.instances);
    else if (message.type === "eligible") append(lists.eligibleInstances, message.instances);
    else if (message.type === "deny") append(lists.denyAssignments, message.assignments);
    else {
      append(lists.managementGroups, message.managementGroups);
      append(lists.subscriptions, message.subscriptions);
    }
  }

  function push(message: AccessInputsMessage): void {
    if (message.type === "head") head = { asOf: message.asOf, fromSnapshot: message.fromSnapshot };
    else if (message.type === "tail") tail = message;
    else if (message.type !== "progress") pushPage(message);
  }

  function end(): AssembledInputs | null {
    if (tail === null) return null;
    const { asOf, incomplete, completeness } = tail;
    const inputs = { ...lists, machines, assignments, principals, asOf, incomplete };
    return { inputs, completeness, ...head };
  }

  return { push, end };
}
