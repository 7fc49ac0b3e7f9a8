import { normaliseScope, type ScopeParents, scopeKind } from "./scope";
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

type Draft = { children: Draft[]; machineIndex: number; scope: string };

function draftOf(scope: string): Draft {
  return { children: [], machineIndex: -1, scope };
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

  function groupDraft(scope: string): Draft {
    const known = drafts.get(scope);
    if (known !== undefined) return known;
    // Farthest first, so that every parent exists before its child.
    let parent = root;
    for (const above of scopes.chain(scope).reverse()) {
      if (above === "/" || isBetweenScopes(above)) continue;
      parent = drafts.get(above) ?? hang(above, parent);
    }
    return parent;
  }

  return { root, groupDraft };
}

/** Prefixes of an id that are no scopes: /subscriptions, .../resourceGroups, .../providers and the like. */
function isBetweenScopes(scope: string): boolean {
  return scopeKind(scope) === "other";
}

function resourceGroupOf(machineScope: string): string {
  let slash = -1;
  for (let count = 0; count < 5; count += 1) slash = machineScope.indexOf("/", slash + 1);
  return machineScope.slice(0, slash);
}

function countNodes(root: Draft): number {
  let count = 0;
  const stack = [root];
  for (let draft = stack.pop(); draft !== undefined; draft = stack.pop()) {
    count += 1;
    for (const child of draft.children) stack.push(child);
  }
  return count;
}

/** Machines whose id is no Arc machine's id have no place in the tree and no access. Linear in the machines. */
export function buildScopeTree(inputs: Pick<AccessInputs, "machines">, scopes: ScopeParents): ScopeTree {
  const { root, groupDraft } = createDrafts(scopes);
  let groupScope = "";
  let group = root;
  inputs.machines.forEach((machine, machineIndex) => {
    const scope = normaliseScope(machine.id);
    if (scopeKind(scope) !== "machine") return;
    const wanted = resourceGroupOf(scope);
    if (wanted !== groupScope) {
      group = groupDraft(wanted);
      groupScope = wanted;
    }
    group.children.push({ children: [], machineIndex, scope });
  });
  return number(root, inputs.machines.length);
}

function number(root: Draft, machineCount: number): ScopeTree {
  const size = countNodes(root);
  const tree = {
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
  const nodes = new Map<string, number>();
  let nextNode = 0;
  let nextPosition = 0;

  function visit(draft: Draft, parent: number): void {
    const node = nextNode;
    nextNode += 1;
    nodes.set(draft.scope, node);
    tree.parent[node] = parent;
    tree.firstMachine[node] = nextPosition;
    if (draft.machineIndex !== -1) {
      tree.isMachine[node] = 1;
      tree.machineAt[nextPosition] = draft.machineIndex;
      tree.positionOf[draft.machineIndex] = nextPosition;
      tree.nodeOfMachine[draft.machineIndex] = node;
      nextPosition += 1;
    }
    for (const child of draft.children) visit(child, node);
    tree.end[node] = nextNode;
    tree.lastMachine[node] = nextPosition;
  }

  visit(root, -1);
  return { ...tree, nodeOf: (scope) => nodes.get(scope) ?? -1 };
}
