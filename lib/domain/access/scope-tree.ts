import { lastSegment, normaliseScope, type ScopeParents, scopeKind } from "./scope";
import type { AccessInputs } from "./types";

/**
 * The part of the scope tree that has machines, numbered in preorder: the nodes below a node are the numbers up to `end`,
 * its machines the positions from `firstMachine` to `lastMachine` (exclusive). Positions are a numbering of machines of the
 * tree's own; `machineAt` and `positionOf` translate it to the indexes of the inputs. Node 0 is the tenant root.
 */
export type ScopeTree = {
  size: number;
  parent: Int32Array;
  end: Int32Array;
  firstMachine: Int32Array;
  lastMachine: Int32Array;
  isMachine: Uint8Array;
  /** Number of a normalised scope; -1 when no machine is there or below. */
  nodeOf(scope: string): number;
  machineAt: Int32Array;
  positionOf: Int32Array;
  /** Node of a machine by its index in the inputs. */
  nodeOfMachine: Int32Array;
};

type Draft = { children: Draft[]; machines: number[]; scope: string };

function draftOf(scope: string): Draft {
  return { children: [], machines: [], scope };
}

/** Inner nodes by scope, each hung below its parent the first time it is needed. */
function createDrafts(scopes: ScopeParents) {
  const root = draftOf("/");
  const drafts = new Map<string, Draft>([["/", root]]);

  function hang(scope: string, parent: Draft): Draft {
    const draft = draftOf(scope);
    drafts.set(scope, draft);
    parent.children.push(draft);
    return draft;
  }

  return {
    root,
    drafts,
    groupDraft: (scope: string): Draft => {
      const known = drafts.get(scope);
      if (known !== undefined) return known;
      // Farthest first, so that every parent exists before its child; "other" are prefixes that are no scopes.
      const above = scopes.chain(scope).filter((one) => one !== "/" && scopeKind(one) !== "other");
      return above.reduceRight((parent, one) => drafts.get(one) ?? hang(one, parent), root);
    },
  };
}

const MACHINE_PART = "/providers/microsoft.hybridcompute/machines/";

/** Where the machine's name begins in an Arc machine's id; -1 for any other id. */
function nameStart(scope: string): number {
  const part = scope.indexOf(MACHINE_PART);
  const start = part + MACHINE_PART.length;
  return part === -1 || start === scope.length || scope.indexOf("/", start) !== -1 ? -1 : start;
}

/** Finds the group of each machine; ids of one group mostly follow each other and share all but the name. */
function createGroupFinder(groupDraft: (scope: string) => Draft): (id: string) => Draft | null {
  let written = "\0";
  let draft: Draft | null = null;
  return (id) => {
    if (id.startsWith(written) && id.indexOf("/", written.length) === -1 && id.length > written.length) return draft;
    const scope = normaliseScope(id);
    const start = nameStart(scope);
    const group = scope.slice(0, Math.max(0, start - MACHINE_PART.length));
    if (start === -1 || scopeKind(group) !== "resourceGroup") return null;
    draft = groupDraft(group);
    written = id.slice(0, id.lastIndexOf("/") + 1);
    return draft;
  };
}

/** Machines whose id is no Arc machine's id have no place in the tree and no access. Linear in the machines. */
export function buildScopeTree(inputs: Pick<AccessInputs, "machines">, scopes: ScopeParents): ScopeTree {
  const { root, drafts, groupDraft } = createDrafts(scopes);
  const findGroup = createGroupFinder(groupDraft);
  let placed = 0;
  for (const [number, machine] of inputs.machines.entries()) {
    const draft = findGroup(machine.id);
    if (draft === null) continue;
    draft.machines.push(number);
    placed += 1;
  }
  return numberNodes(root, inputs.machines, drafts.size + placed);
}

/** Machine nodes by name within each group, listed when the first of a group is looked for. */
function createLookup(
  nodes: ReadonlyMap<string, number>,
  tree: ReturnType<typeof emptyTree>,
  machines: AccessInputs["machines"],
) {
  const byGroup = new Map<number, Map<string, number>>();

  function namesIn(group: number): Map<string, number> {
    const known = byGroup.get(group);
    if (known !== undefined) return known;
    const names = new Map<string, number>();
    for (let node = group + 1; node < (tree.end[group] ?? 0); node += 1) {
      const id = machines[tree.machineAt[tree.firstMachine[node] ?? 0] ?? 0]?.id ?? "";
      names.set(lastSegment(id), node);
    }
    byGroup.set(group, names);
    return names;
  }

  return (scope: string): number => {
    const start = nameStart(scope);
    if (start === -1) return nodes.get(scope) ?? -1;
    const group = nodes.get(scope.slice(0, start - MACHINE_PART.length));
    return group === undefined ? -1 : (namesIn(group).get(scope.slice(start)) ?? -1);
  };
}

function emptyTree(size: number, machineCount: number) {
  return {
    size,
    parent: new Int32Array(size).fill(-1),
    end: new Int32Array(size),
    firstMachine: new Int32Array(size),
    lastMachine: new Int32Array(size),
    isMachine: new Uint8Array(size),
    machineAt: new Int32Array(machineCount).fill(-1),
    positionOf: new Int32Array(machineCount).fill(-1),
    nodeOfMachine: new Int32Array(machineCount).fill(-1),
  };
}

function numberNodes(root: Draft, machines: AccessInputs["machines"], size: number): ScopeTree {
  const tree = emptyTree(size, machines.length);
  const nodes = new Map<string, number>();
  let nextNode = 0;
  let nextPosition = 0;

  function open(parent: number): number {
    const node = nextNode;
    nextNode += 1;
    tree.parent[node] = parent;
    tree.firstMachine[node] = nextPosition;
    return node;
  }

  function close(node: number): void {
    tree.end[node] = nextNode;
    tree.lastMachine[node] = nextPosition;
  }

  function visitMachine(machine: number, parent: number): void {
    const node = open(parent);
    tree.isMachine[node] = 1;
    tree.machineAt[nextPosition] = machine;
    tree.positionOf[machine] = nextPosition;
    tree.nodeOfMachine[machine] = node;
    nextPosition += 1;
    close(node);
  }

  function visit(draft: Draft, parent: number): void {
    const node = open(parent);
    nodes.set(draft.scope, node);
    for (const machine of draft.machines) visitMachine(machine, node);
    for (const child of draft.children) visit(child, node);
    close(node);
  }

  visit(root, -1);
  return { ...tree, nodeOf: createLookup(nodes, tree, machines) };
}
