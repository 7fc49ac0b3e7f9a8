import { encodeAssignments, encodeMachines, encodePrincipals } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import type { AccessInputs } from "@/lib/domain/access/types";
import type { Completeness } from "@/lib/domain/fleet-wire";

export const FIXTURE_AS_OF = "2026-11-21T11:59:00Z";

export function fixtureAccessCompleteness(received: number, complete = true): Completeness {
  return { expected: received, received, complete, missing: [], asOf: FIXTURE_AS_OF };
}

/** The lines of a stream that carries these inputs, as the server writes them. */
export function accessMessages(inputs: AccessInputs, fromSnapshot = false): AccessInputsMessage[] {
  return [
    { type: "head", asOf: FIXTURE_AS_OF, fromSnapshot },
    { type: "scopes", managementGroups: [...inputs.managementGroups], subscriptions: [...inputs.subscriptions] },
    encodeMachines(inputs.machines),
    { type: "roles", roleDefinitions: [...inputs.roleDefinitions] },
    encodeAssignments(inputs.assignments),
    { type: "active", instances: [...inputs.activeInstances] },
    { type: "eligible", instances: [...inputs.eligibleInstances] },
    { type: "deny", assignments: [...inputs.denyAssignments] },
    encodePrincipals(inputs.principals),
    { type: "groups", groups: [...inputs.groups] },
    {
      type: "tail",
      asOf: inputs.asOf,
      incomplete: inputs.incomplete,
      completeness: fixtureAccessCompleteness(inputs.machines.length, inputs.incomplete.length === 0),
    },
  ];
}

export function accessStream(messages: readonly (AccessInputsMessage | string)[]): string {
  return messages.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}
