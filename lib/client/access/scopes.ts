import { CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { EvaluatedFleet } from "@/lib/domain/access/evaluate-fleet";
import { roleCapabilities } from "@/lib/domain/access/least-privilege";
import { lastSegment, normaliseScope, scopeKind } from "@/lib/domain/access/scope";
import { holdersBelow } from "@/lib/domain/access/scope-holders";
import type { ScopeGrant, ScopeMachine, ScopeNode, ScopeQuery } from "./scope-types";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

type Draft = { id: string; parentId: string | null };

/** Management groups, subscriptions and resource groups of one evaluated fleet, also those without machines. */
export class AccessScopes {
  readonly #fleet: EvaluatedFleet;
  readonly #drafts: readonly Draft[];
  readonly #holders = new Map<string, Int32Array[]>();

  constructor(fleet: EvaluatedFleet) {
    this.#fleet = fleet;
    this.#drafts = this.#collect();
  }

  #collect(): Draft[] {
    const { inputs, scopes } = this.#fleet.state.index;
    const found = new Map<string, Draft>();
    const groups = new Set(inputs.machines.map(({ id }) => normaliseScope(id).split("/").slice(0, 5).join("/")));
    const starts = [
      ...inputs.managementGroups.map(({ id }) => normaliseScope(id)),
      ...inputs.subscriptions.map(({ id }) => `/subscriptions/${lastSegment(id)}`),
      ...groups,
    ];
    for (const start of starts) {
      // Prefixes of an id such as /subscriptions are no scopes.
      const chain = scopes.chain(start).filter((scope) => scopeKind(scope) !== "other");
      for (const [place, id] of chain.entries()) {
        if (found.has(id)) break;
        found.set(id, { id, parentId: chain[place + 1] ?? null });
      }
    }
    return [...found.values()];
  }

  #holdersOf({ capabilities, lane }: ScopeQuery): Int32Array[] {
    if (capabilities.length === 0) return [];
    const key = `${capabilities.join()}|${lane}`;
    const known = this.#holders.get(key) ?? holdersBelow(this.#fleet, capabilities, lane);
    this.#holders.set(key, known);
    return known;
  }

  /** By place in the tree: how many machines before it have answers that are only "at least". */
  #unsureBefore(): Uint32Array {
    const { machineAt } = this.#fleet.state.tree;
    const flagged = this.#fleet.atLeastColumn();
    const before = new Uint32Array(machineAt.length + 1);
    for (const [place, machine] of machineAt.entries()) before[place + 1] = (before[place] ?? 0) + (flagged[machine] ?? 0);
    return before;
  }

  /** All scopes above machines, parents before children, siblings by name. */
  tree(query: ScopeQuery): ScopeNode[] {
    const { index, tree } = this.#fleet.state;
    const columns = this.#holdersOf(query);
    const unsure = this.#unsureBefore();
    const children = Map.groupBy(this.#drafts, (draft) => draft.parentId);
    const nodes: ScopeNode[] = [];
    const visit = (draft: Draft, depth: number) => {
      const below = children.get(draft.id) ?? [];
      const node = tree.nodeOf(draft.id);
      const [first, last] = node === -1 ? [0, 0] : [tree.firstMachine[node] ?? 0, tree.lastMachine[node] ?? 0];
      nodes.push({
        id: draft.id,
        ref: index.scopes.describe(draft.id),
        parentId: draft.parentId,
        depth,
        machines: last - first,
        assignments: index.grantsAt(draft.id).length,
        holders: columns.map((column) => column[node] ?? 0),
        atLeast: (unsure[last] ?? 0) > (unsure[first] ?? 0),
        children: below.length,
      });
      const named = below.map((one) => ({ one, name: index.scopes.describe(one.id).name }));
      for (const { one } of named.sort((a, b) => collator.compare(a.name, b.name))) visit(one, depth + 1);
    };
    for (const root of children.get(null) ?? []) visit(root, 0);
    return nodes;
  }

  /** Machines of one resource group, by name. */
  machines(groupScope: string, query: ScopeQuery): ScopeMachine[] {
    const { index, tree } = this.#fleet.state;
    const node = tree.nodeOf(normaliseScope(groupScope));
    if (node === -1) return [];
    const places = tree.machineAt.subarray(tree.firstMachine[node] ?? 0, tree.lastMachine[node] ?? 0);
    return Array.from(places, (machine) => {
      const { id = "", name = "" } = this.#fleet.machines[machine] ?? {};
      return {
        id,
        name,
        assignments: index.grantsAt(normaliseScope(id)).length,
        counts: query.capabilities.map((capability) => this.#fleet.count(capability, query.lane, machine)),
        atLeast: this.#fleet.atLeast(machine).length > 0,
      };
    }).sort((a, b) => collator.compare(a.name, b.name));
  }

  /** What was assigned at one scope, strongest roles first. */
  grants(scope: string): ScopeGrant[] {
    const { index } = this.#fleet.state;
    return index
      .grantsAt(normaliseScope(scope))
      .map((grant): ScopeGrant => {
        const principal = index.directory.find(grant.principalId);
        return {
          id: grant.id,
          principal: principal ?? {
            id: grant.principalId,
            kind: "unknown",
            displayName: grant.principalId,
            detail: "",
            enabled: null,
            machineId: null,
          },
          roleId: grant.roleId,
          roleName: index.roles.find(grant.roleId)?.name ?? grant.roleId,
          kind: grant.kind,
          condition: grant.condition,
          capabilities: roleCapabilities(index.roles, grant.roleId),
        };
      })
      .sort((a, b) => rank(a) - rank(b) || collator.compare(a.principal.displayName, b.principal.displayName));
  }
}

function rank(grant: ScopeGrant): number {
  const first = grant.capabilities[0];
  return first === undefined ? CAPABILITY_IDS.length : CAPABILITY_IDS.indexOf(first);
}
