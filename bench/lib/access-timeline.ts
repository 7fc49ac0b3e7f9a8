// What one reading of access asked Azure, from the record of local Azure: per kind of reading how many requests, from when to
// when, how busy; and what Azure's quotas allow at best.
import type { Exchange } from "../../emulator/core/recorder.ts";

export type KindRow = {
  kind: string;
  requests: number;
  throttled: number;
  /** Milliseconds from the beginning of the reading. */
  fromMs: number;
  toMs: number;
  /** At least one request of this kind was open. */
  busyMs: number;
  /** Sum of all requests, the added latency included. */
  serviceMs: number;
};

/** Azure's own limits, as local Azure enforces them (azure-apis.md 1.5, 5.2, 6.12). */
const RESOURCE_GRAPH = { queries: 15, windowMs: 5_000 };
const ARM_READS = { bucket: 250, perSecond: 25 };

const RESOURCE_GRAPH_KINDS: readonly (readonly [RegExp, string])[] = [
  [/summarize assignments/, "assignments counted"],
  [/microsoft\.authorization\/roleassignments/i, "assignments"],
  [/microsoft\.authorization\/roledefinitions/i, "definitions"],
  [/resourcecontainers/i, "scopes"],
  [/microsoft\.hybridcompute\/machines/i, "machines"],
];
const ARM_KINDS: readonly (readonly [RegExp, string])[] = [
  [/roleAssignmentScheduleInstances/i, "PIM active"],
  [/roleEligibilityScheduleInstances/i, "PIM eligible"],
  [/denyAssignments/i, "deny assignments"],
  [/roleDefinitions/i, "definitions"],
  [/roleAssignments/i, "assignments"],
];
const GRAPH_KINDS: readonly (readonly [RegExp, string])[] = [
  [/getByIds/i, "people"],
  [/\$batch/i, "groups"],
  [/\/members/i, "large groups"],
];

function kindOf({ face, url, requestBody }: Exchange): string {
  if (face === "entra") return "Entra: tokens";
  const [name, table, text] =
    face === "resourceGraph"
      ? (["Resource Graph", RESOURCE_GRAPH_KINDS, requestBody] as const)
      : face === "arm"
        ? (["ARM", ARM_KINDS, url] as const)
        : (["Graph", GRAPH_KINDS, url] as const);
  return `${name}: ${table.find(([pattern]) => pattern.test(text))?.[1] ?? "other"}`;
}

function unionMs(spans: readonly { from: number; to: number }[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

export function kindRows(exchanges: readonly Exchange[], beganMs: number): KindRow[] {
  const byKind = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const kind = kindOf(exchange);
    byKind.set(kind, [...(byKind.get(kind) ?? []), exchange]);
  }
  const rows = [...byKind].map(([kind, list]): KindRow => {
    const spans = list.map(({ atMs, durationMs }) => ({ from: atMs - beganMs, to: atMs - beganMs + durationMs }));
    return {
      kind,
      requests: list.length,
      throttled: list.filter(({ status }) => status === 429).length,
      fromMs: Math.min(...spans.map(({ from }) => from)),
      toMs: Math.max(...spans.map(({ to }) => to)),
      busyMs: unionMs(spans),
      serviceMs: spans.reduce((sum, { from, to }) => sum + to - from, 0),
    };
  });
  return rows.sort((a, b) => a.fromMs - b.fromMs);
}

export function printKinds(rows: readonly KindRow[]): void {
  const head = ["kind of reading", "requests", "429", "from", "to", "open", "sum"];
  const whole = (value: number) => String(Math.round(value));
  const table = [
    head,
    ...rows.map((row) => [
      row.kind,
      ...[row.requests, row.throttled, row.fromMs, row.toMs, row.busyMs, row.serviceMs].map(whole),
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  for (const line of table) {
    console.log(line.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  "));
  }
}

/** One list, which can only be read page by page. */
function listOf({ face, path, requestBody, url }: Exchange): string {
  if (face === "arm") return path.toLowerCase();
  return face === "resourceGraph" ? (/"query":"(?:[^"\\\\]|\\\\.)*"/.exec(requestBody)?.[0] ?? "") : url;
}

/**
 * The least time that Azure allows for these requests, in milliseconds. Quotas: those of Resource Graph and of each subscription
 * in ARM, both full at the beginning. Latency: what must follow each other, which is the scopes, the longest list page by page,
 * the people in it and their groups.
 */
export function floorOf(exchanges: readonly Exchange[], latencyMs: number): { quotaMs: number; latencyMs: number } {
  const queries = exchanges.filter(({ face }) => face === "resourceGraph").length;
  const graphMs = Math.max(0, Math.ceil(queries / RESOURCE_GRAPH.queries) - 1) * RESOURCE_GRAPH.windowMs;
  const reads = new Map<string, number>();
  const pages = new Map<string, number>();
  for (const exchange of exchanges) {
    const { face, path } = exchange;
    if (face === "arm") {
      const place = /^\/subscriptions\/([^/]+)/i.exec(path)?.[1]?.toLowerCase() ?? "tenant";
      reads.set(place, (reads.get(place) ?? 0) + 1);
    }
    if (face === "arm" || face === "resourceGraph") pages.set(listOf(exchange), (pages.get(listOf(exchange)) ?? 0) + 1);
  }
  const armMs = Math.max(0, ...[...reads.values()].map((count) => ((count - ARM_READS.bucket) / ARM_READS.perSecond) * 1_000));
  const chain = exchanges.length === 0 ? 0 : 1 + Math.max(0, ...pages.values()) + 2;
  return { quotaMs: Math.max(graphMs, armMs), latencyMs: chain * latencyMs };
}
