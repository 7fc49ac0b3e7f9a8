import "server-only";
import type { RoleAssignmentRow, RoleDefinitionRow } from "@/lib/azure/access-ports";
import { writtenSince } from "@/lib/db/access-changes";
import type { InputSource, MachineInput } from "@/lib/domain/access/types";
import type { FleetRowsPage } from "@/lib/domain/fleet-wire";
import type { ServiceContext } from "../context";
import { loadFleetSnapshot } from "../fleet/snapshot";
import {
  ASSIGNMENTS_QUERY,
  assignmentsQueryWithout,
  COUNT_ASSIGNMENTS_QUERY,
  definitionsFromGraph,
  toAssignment,
} from "./assignment-rows";
import type { Gaps } from "./gaps";
import { inLanes } from "./lanes";
import { queryPages, readScopes, type ScopeTree } from "./scopes";

export type SourceContext = ServiceContext;
export type Wait = (source: InputSource) => (ms: number) => void;

export const MACHINES_QUERY = `resources
| where type =~ 'microsoft.hybridcompute/machines'
| project id, name, principalId = tostring(identity.principalId)
| order by id asc`;

/** A subscription with more assignments is read from ARM: its quota is another one, and Resource Graph's is small. */
const LARGE_SUBSCRIPTION = 250;
/** Up to here Resource Graph alone is quicker. */
const SMALL_TENANT = 4_000;
/** Subscriptions read from ARM at the same time; each has a quota of its own. */
export const ARM_LANES = 12;
/** Machines of the fleet's own snapshot are taken when it is not older than this. */
const SNAPSHOT_AGE_MS = 5 * 60_000;

function toMachine(row: Record<string, unknown>): MachineInput | null {
  const { id, name, principalId } = row;
  if (typeof id !== "string" || typeof name !== "string") return null;
  return { id, name, principalId: typeof principalId === "string" && principalId !== "" ? principalId : null };
}

function machinesOfPage(page: FleetRowsPage): MachineInput[] {
  const { dictionary, codes } = page.columns.principalId;
  return page.id.map((id, row) => ({ id, name: page.name[row] ?? "", principalId: dictionary[codes[row] ?? -1] || null }));
}

/** Machines of this operator's last whole read of the fleet; null when there is none that is fresh. */
async function machinesOfSnapshot(ctx: SourceContext): Promise<{ machines: MachineInput[]; at: Date } | null> {
  const stored = await loadFleetSnapshot(ctx);
  if (stored === null || ctx.clock.now().getTime() - stored.at.getTime() > SNAPSHOT_AGE_MS) return null;
  const pages = stored.lines.filter((line) => line.startsWith('{"type":"rows"'));
  return { machines: pages.flatMap((line) => machinesOfPage(JSON.parse(line) as FleetRowsPage)), at: stored.at };
}

/** Every machine that the operator can see. Answers when they were read. Throws AppError. */
export async function readMachines(
  ctx: SourceContext,
  wait: Wait,
  emit: (machines: MachineInput[]) => Promise<void>,
): Promise<Date> {
  const stored = await machinesOfSnapshot(ctx);
  if (stored !== null) {
    await emit(stored.machines);
    return stored.at;
  }
  const at = ctx.clock.now();
  for await (const page of queryPages(ctx, { query: MACHINES_QUERY, subject: "machines", onWait: wait("machines") })) {
    await emit(page.rows.map(toMachine).filter((row) => row !== null));
  }
  return at;
}

type Counted = { subscriptionId: string; count: number };

async function countAssignments(ctx: SourceContext): Promise<Counted[]> {
  const counted: Counted[] = [];
  const query = { query: COUNT_ASSIGNMENTS_QUERY, subject: "the number of role assignments", withAssignmentsAbove: true };
  for await (const page of queryPages(ctx, query)) {
    for (const { subscriptionId, assignments } of page.rows) {
      if (typeof subscriptionId === "string" && typeof assignments === "number")
        counted.push({ subscriptionId, count: assignments });
    }
  }
  return counted;
}

/** Writes of the portal this young may be missing in Resource Graph, which follows Azure with a delay. */
const RECENT_WRITES_MS = 15 * 60_000;
const RECENT_WRITES = 60;

/** Assignments that the portal wrote lately, as ARM has them now; null = not there. Keys are ids in lower case. */
async function recentWrites(ctx: SourceContext): Promise<Map<string, RoleAssignmentRow | null>> {
  const since = new Date(ctx.clock.now().getTime() - RECENT_WRITES_MS);
  const items = await writtenSince(ctx.db, ctx.operator.tenantId, since, RECENT_WRITES);
  const ids = [...new Set(items.map(({ target }) => target))].filter((id) => /\/roleAssignments\/[^/]+$/i.test(id));
  const found = new Map<string, RoleAssignmentRow | null>();
  await inLanes(ids, ARM_LANES, async (id) => {
    // What the operator may not read on its own is left as Resource Graph shows it.
    const row = await ctx.azure.access.roleAssignment(id, { signal: ctx.signal }).catch(() => undefined);
    if (row !== undefined) found.set(id.toLowerCase(), row);
  });
  return found;
}

type Emit = (rows: RoleAssignmentRow[]) => Promise<void>;

async function fromGraph(ctx: SourceContext, wait: Wait, query: string, emit: Emit, subscriptions?: string[]): Promise<void> {
  const pages = queryPages(ctx, {
    query,
    subject: "role assignments",
    withAssignmentsAbove: true,
    onWait: wait("assignments"),
    ...(subscriptions === undefined ? {} : { subscriptions }),
  });
  for await (const page of pages) await emit(page.rows.map(toAssignment).filter((row) => row !== null));
}

/**
 * Every role assignment that the operator can see. Large subscriptions come from ARM, which lists thousands at once and counts
 * them against another quota; where ARM refuses, Resource Graph gives what it shows. Answers how many Azure counted.
 */
export async function readAssignments(ctx: SourceContext, gaps: Gaps, wait: Wait, emit: Emit): Promise<number> {
  const recent = await recentWrites(ctx);
  const seen = new Set(recent.keys());
  const written = [...recent.values()].filter((row) => row !== null);
  if (written.length > 0) await emit(written);
  const fresh: Emit = async (rows) => {
    const news = rows.filter(({ id }) => !seen.has(id.toLowerCase()));
    for (const { id } of news) seen.add(id.toLowerCase());
    if (news.length > 0) await emit(news);
  };
  const counted = await countAssignments(ctx);
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const large = counted.filter(({ subscriptionId, count }) => subscriptionId !== "" && count > LARGE_SUBSCRIPTION);
  if (total <= SMALL_TENANT || large.length === 0) {
    await fromGraph(ctx, wait, ASSIGNMENTS_QUERY, fresh);
    return total;
  }
  const rest = assignmentsQueryWithout(large.map(({ subscriptionId }) => subscriptionId));
  await Promise.all([
    gaps.orElse("assignments", null, "Role assignments", undefined, () => fromGraph(ctx, wait, rest, fresh)),
    inLanes(large, ARM_LANES, async ({ subscriptionId }) => {
      const scope = `/subscriptions/${subscriptionId}`;
      const read = async () => {
        const pages = ctx.azure.access.roleAssignmentPages(scope, { atScope: false }, { signal: ctx.signal });
        for await (const rows of pages) await fresh(rows);
      };
      const isWhole = await read().then(
        () => true,
        () => false,
      );
      if (isWhole) return;
      await gaps.orElse("assignments", scope, `Role assignments of ${subscriptionId}`, undefined, () =>
        fromGraph(ctx, wait, ASSIGNMENTS_QUERY, fresh, [subscriptionId]),
      );
    }),
  ]);
  return total;
}

/** Definitions from Resource Graph, with the conditions of permissions from one list of ARM: Resource Graph leaves them out. */
export async function readDefinitions(
  ctx: SourceContext,
  gaps: Gaps,
  subscriptionId: string | null,
): Promise<RoleDefinitionRow[]> {
  const { access } = ctx.azure;
  const options = { signal: ctx.signal };
  const [listed, whole] = await Promise.all([
    gaps.orElse("roleDefinitions", null, "Role definitions", [] as RoleDefinitionRow[], () => definitionsFromGraph(ctx)),
    subscriptionId === null
      ? []
      : access.roleDefinitions(`/subscriptions/${subscriptionId}`, options).catch((): RoleDefinitionRow[] => []),
  ]);
  const byName = new Map(listed.map((row) => [row.name.toLowerCase(), row]));
  for (const row of whole) byName.set(row.name.toLowerCase(), row);
  return [...byName.values()];
}

const NO_SCOPES: ScopeTree = { managementGroups: [], subscriptions: [] };

export function readTree(ctx: SourceContext, gaps: Gaps): Promise<ScopeTree> {
  return gaps.orElse("scopes", null, "Management groups and subscriptions", NO_SCOPES, () => readScopes(ctx));
}
