import type { AccessIndex } from "../access/access-index";
import { normaliseScope } from "../access/scope";

export type MachinesBelow = {
  count(scope: string): number;
  /** At most 20 ids, in the order of the inputs. */
  some(scope: string): string[];
};

const NAMED = 20;

/** Machines at or below every scope, counted once for all: linear in machines times the depth of the tree. */
export function machinesBelow(index: AccessIndex): MachinesBelow {
  const counts = new Map<string, number>();
  const names = new Map<string, string[]>();
  const chains = new Map<string, string[]>();
  for (const { id } of index.inputs.machines) {
    const scope = normaliseScope(id);
    const group = scope.split("/").slice(0, 5).join("/");
    const above = chains.get(group) ?? index.scopes.chain(group);
    chains.set(group, above);
    for (const at of [scope, ...above]) {
      counts.set(at, (counts.get(at) ?? 0) + 1);
      const list = names.get(at) ?? [];
      if (list.length < NAMED) list.push(id);
      names.set(at, list);
    }
  }
  return {
    count: (scope) => counts.get(normaliseScope(scope)) ?? 0,
    some: (scope) => names.get(normaliseScope(scope)) ?? [],
  };
}
