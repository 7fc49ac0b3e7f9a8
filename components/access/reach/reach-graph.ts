import type { MachineReachView, ReachGrant } from "@/lib/domain/access/api";
import type { AccessPath, Holder } from "@/lib/domain/access/types";

export const GRAPH_COLUMNS = ["people", "how", "machine", "identity", "role", "target"] as const;
export type GraphColumn = (typeof GRAPH_COLUMNS)[number];

export type GraphNode = {
  id: string;
  column: GraphColumn;
  label: string;
  /** How many single things a grouped node stands for; 1 = itself. */
  count: number;
  severity: ReachGrant["severity"] | null;
};
export type GraphEdge = { from: string; to: string };
export type Graph = { nodes: GraphNode[]; edges: GraphEdge[] };

/** More than this in one column and people, or targets, are drawn together. */
export const COLUMN_MAX = 12;

const HOW: readonly [RegExp, string][] = [
  [/loginAsAdmin/i, "signInAdmin"],
  [/runcommands/i, "runCommand"],
  [/addExtensions/i, "addExtensions"],
  [/extensions\/write/i, "writeExtensions"],
  [/guestConfigurationAssignments/i, "machineConfiguration"],
];

/** The capability by which a path leads into the machine, from the action that matched. */
export function howOf(path: AccessPath): string {
  // "WACloginAsAdmin" contains "loginAsAdmin", so the longer one is asked first.
  if (/WACloginAsAdmin/i.test(path.action)) return "adminCenter";
  return HOW.find(([pattern]) => pattern.test(path.action))?.[1] ?? "becomeIdentity";
}

export function waysOf(holder: Holder): string[] {
  return [...new Set(holder.paths.map(howOf))];
}

const RANK: Record<ReachGrant["severity"], number> = { critical: 0, high: 1, medium: 2, low: 3 };

class Builder {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges = new Map<string, GraphEdge>();

  node(column: GraphColumn, key: string, label: string, severity: GraphNode["severity"] = null, count = 1): string {
    const id = `${column}:${key}`;
    if (!this.nodes.has(id)) this.nodes.set(id, { id, column, label, count, severity });
    return id;
  }

  edge(from: string, to: string): void {
    this.edges.set(`${from}>${to}`, { from, to });
  }

  graph(): Graph {
    return { nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

export type GraphWords = {
  how: (way: string) => string;
  people: (count: number) => string;
  targets: (count: number) => string;
  target: (grant: ReachGrant) => string;
};

function addPeople(builder: Builder, view: MachineReachView, machine: string, words: GraphWords): void {
  const { holders } = view.becomeIdentity;
  const grouped = holders.length > COLUMN_MAX;
  const groups = new Map<string, { ways: string[]; count: number }>();
  for (const holder of holders) {
    const ways = waysOf(holder);
    const key = [...ways].sort().join("+");
    const group = groups.get(key) ?? { ways, count: 0 };
    group.count += 1;
    groups.set(key, group);
    if (grouped) continue;
    const { id, displayName } = holder.principal;
    const person = builder.node("people", id, displayName === "" ? id : displayName);
    for (const way of ways) builder.edge(person, builder.node("how", way, words.how(way)));
  }
  if (grouped) {
    for (const [key, { ways, count }] of groups) {
      const node = builder.node("people", `group:${key}`, words.people(count), null, count);
      for (const way of ways) builder.edge(node, builder.node("how", way, words.how(way)));
    }
  }
  for (const node of [...builder.nodes.values()]) if (node.column === "how") builder.edge(node.id, machine);
}

function addGrants(builder: Builder, view: MachineReachView, identity: string, words: GraphWords): void {
  const grouped = view.grants.length > COLUMN_MAX;
  const byRole = new Map<string, ReachGrant[]>();
  for (const grant of view.grants) byRole.set(grant.roleId, [...(byRole.get(grant.roleId) ?? []), grant]);
  for (const [roleId, grants] of byRole) {
    const worst = [...grants].sort((a, b) => RANK[a.severity] - RANK[b.severity])[0];
    if (worst === undefined) continue;
    const role = builder.node("role", roleId, worst.roleName, worst.severity);
    builder.edge(identity, role);
    if (grouped && grants.length > 1) {
      builder.edge(role, builder.node("target", `group:${roleId}`, words.targets(grants.length), worst.severity, grants.length));
    } else {
      for (const grant of grants)
        builder.edge(role, builder.node("target", grant.scope.id.toLowerCase(), words.target(grant), grant.severity));
    }
  }
}

/** From people through the machine and its identity to what that reaches. Many people or targets are drawn together. */
export function reachGraph(view: MachineReachView, words: GraphWords): Graph {
  const builder = new Builder();
  const machine = builder.node("machine", view.machine.id.toLowerCase(), view.machine.name);
  addPeople(builder, view, machine, words);
  if (view.identity !== null) {
    const identity = builder.node("identity", view.identity.principalId, view.identity.displayName);
    builder.edge(machine, identity);
    addGrants(builder, view, identity, words);
  }
  return builder.graph();
}

/** The node itself, everything that leads to it, and everything it leads to. */
export function connectedTo(graph: Graph, id: string): Set<string> {
  const walk = (forward: boolean) => {
    const seen = new Set([id]);
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const edge of graph.edges) {
        const [from, to] = forward ? [edge.from, edge.to] : [edge.to, edge.from];
        if (from !== next || seen.has(to)) continue;
        seen.add(to);
        open.push(to);
      }
    }
    return seen;
  };
  return new Set([...walk(true), ...walk(false)]);
}

export type Box = GraphNode & { x: number; y: number };
export type Layout = { boxes: Box[]; width: number; height: number };

export const BOX = { width: 152, height: 44, gapX: 44, gapY: 10 };

/** Places columns side by side and centres each column's boxes. */
export function layOut(graph: Graph): Layout {
  const columns = GRAPH_COLUMNS.map((column) => graph.nodes.filter((node) => node.column === column));
  const tallest = Math.max(1, ...columns.map((nodes) => nodes.length));
  const step = BOX.height + BOX.gapY;
  const height = tallest * step - BOX.gapY;
  const boxes = columns.flatMap((nodes, column) => {
    const top = (height - (nodes.length * step - BOX.gapY)) / 2;
    return nodes.map((node, row) => ({ ...node, x: column * (BOX.width + BOX.gapX), y: top + row * step }));
  });
  return { boxes, width: GRAPH_COLUMNS.length * (BOX.width + BOX.gapX) - BOX.gapX, height };
}
