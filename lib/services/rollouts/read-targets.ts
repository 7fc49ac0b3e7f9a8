import "server-only";
import { toMachineExtension } from "@/lib/azure/extension-mapper";
import { toMachine } from "@/lib/azure/machine-mapper";
import { scopeKind } from "@/lib/domain/access/scope";
import type { ManagementGroupInput } from "@/lib/domain/access/types";
import { AppError } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { type Machine, type MachineExtension, parseMachineId } from "@/lib/domain/machine";
import type { TargetChoice } from "@/lib/domain/rollout/api";
import { inLanes } from "../access/lanes";
import { queryPages, readScopes, type ScopeTree } from "../access/scopes";
import type { ServiceContext } from "../context";
import { createTally, type Tally } from "../fleet/completeness";
import { planShards } from "../fleet/shards";
import { MAX_TARGETS } from "./schemas";
import { COUNT_MACHINES_QUERY, extensionsOfQuery, extensionsQuery, machinesByIdQuery, machinesQuery } from "./target-queries";

/** Up to here machines are asked for by id; above it whole resource groups are read and sieved. */
const BY_ID = 400;
const IDS_PER_QUERY = 200;
/** A query names at most so many resource groups; above it whole subscriptions are read. */
const MAX_GROUPS = 200;
const LANES = 4;

type TargetContext = Pick<ServiceContext, "azure" | "signal" | "clock" | "traceId" | "log">;

export type ReadTargets = {
  /** In the order asked for, or by id below a scope. */
  machines: Machine[];
  /** Sign-in extensions by machine id in lower case. */
  extensions: Map<string, MachineExtension[]>;
  /** Ids asked for that Azure does not show. */
  unknown: string[];
  completeness: Completeness;
};

/** One chain of pages: what to ask and where. */
type Part = { label: string; machines: string; extensions: string; subscriptions: string[] | undefined };

type Reading = {
  ctx: TargetContext;
  tally: Tally;
  machines: Map<string, Machine>;
  extensions: Map<string, MachineExtension[]>;
  keep: (key: string) => boolean;
};

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}

function machineKeyOf(extensionId: string): string {
  const key = extensionId.toLowerCase();
  return key.slice(0, key.lastIndexOf("/extensions/"));
}

async function readRows(
  reading: Reading,
  part: Part,
  query: string,
  subject: string,
  take: (row: Record<string, unknown>) => void,
): Promise<void> {
  const scope = part.subscriptions === undefined ? {} : { subscriptions: part.subscriptions };
  try {
    for await (const page of queryPages(reading.ctx, { query, subject, ...scope })) for (const row of page.rows) take(row);
  } catch (error) {
    // A refused sign-in ends everything; anything else is a hole that the list names.
    if (reading.ctx.signal.aborted || (error instanceof AppError && error.code === "unauthenticated")) throw error;
    if (!(error instanceof AppError)) reading.ctx.log.error("rollout.targetsUnread", error, { traceId: reading.ctx.traceId });
    reading.tally.lose("resourceGraph", part.label, error);
  }
}

async function readPart(reading: Reading, part: Part): Promise<void> {
  await Promise.all([
    readRows(reading, part, part.machines, "machines", (row) => {
      const machine = toMachine(row);
      if (machine !== null && reading.keep(machine.id.toLowerCase())) reading.machines.set(machine.id.toLowerCase(), machine);
    }),
    readRows(reading, part, part.extensions, "sign-in extensions", (row) => {
      const extension = toMachineExtension(row);
      if (extension === null) return;
      const key = machineKeyOf(extension.id);
      if (reading.keep(key)) reading.extensions.set(key, [...(reading.extensions.get(key) ?? []), extension]);
    }),
  ]);
}

function partsById(ids: readonly string[]): Part[] {
  return chunks(ids, IDS_PER_QUERY).map((some) => ({
    label: `${some.length} machines`,
    machines: machinesByIdQuery(some),
    extensions: extensionsOfQuery(some.map((id) => id.toLowerCase())),
    subscriptions: undefined,
  }));
}

/** Many ids: one chain a subscription over the resource groups in which they are. */
function partsByGroup(ids: readonly string[]): Part[] {
  const groups = new Map<string, Set<string>>();
  for (const id of ids) {
    const ref = parseMachineId(id);
    if (ref === null) continue;
    const key = ref.subscriptionId.toLowerCase();
    const own = groups.get(key) ?? new Set();
    groups.set(key, own.add(ref.resourceGroup.toLowerCase()));
  }
  return [...groups].map(([subscription, own]) => {
    const named = own.size <= MAX_GROUPS ? [...own] : null;
    return {
      label: `Subscription ${subscription}`,
      machines: machinesQuery(named),
      extensions: extensionsQuery(named),
      subscriptions: [subscription],
    };
  });
}

function subscriptionsBelow(tree: ScopeTree, groupId: string): string[] {
  const parents = new Map(tree.managementGroups.map((group: ManagementGroupInput) => [group.id.toLowerCase(), group.parentId]));
  const isBelow = (id: string | null): boolean => {
    for (let at = id, steps = 0; at !== null && steps < 20; steps++) {
      if (at.toLowerCase() === groupId.toLowerCase()) return true;
      at = parents.get(at.toLowerCase()) ?? null;
    }
    return false;
  };
  return tree.subscriptions
    .filter(({ managementGroupId }) => isBelow(managementGroupId))
    .map(({ id }) => (id.split("/")[2] ?? "").toLowerCase());
}

async function countBySubscription(ctx: TargetContext, subscriptions: string[] | undefined) {
  const counts: { subscriptionId: string; machines: number }[] = [];
  const scope = subscriptions === undefined ? {} : { subscriptions };
  const query = { query: COUNT_MACHINES_QUERY, subject: "the number of machines", ...scope };
  for await (const page of queryPages(ctx, query)) {
    for (const { subscriptionId, machines } of page.rows) {
      if (typeof subscriptionId === "string" && typeof machines === "number") counts.push({ subscriptionId, machines });
    }
  }
  return counts;
}

function refuseTooMany(count: number, where: string): void {
  if (count <= MAX_TARGETS) return;
  throw new AppError({
    code: "invalid_input",
    message: `There are ${count} machines below ${where}; one roll-out takes at most ${MAX_TARGETS}.`,
    nextStep: "Choose a smaller scope, or filter the machines and select them.",
    fields: [{ field: "body.targets", message: `At most ${MAX_TARGETS} machines.` }],
  });
}

async function partsOfScope(ctx: TargetContext, scope: string): Promise<Part[]> {
  const kind = scopeKind(scope);
  const [, , subscription = "", , group = ""] = scope.split("/");
  if (kind === "resourceGroup") {
    const named = [group];
    const queries = { machines: machinesQuery(named), extensions: extensionsQuery(named) };
    return [{ label: scope, ...queries, subscriptions: [subscription] }];
  }
  const within =
    kind === "subscription"
      ? [subscription]
      : kind === "managementGroup"
        ? subscriptionsBelow(await readScopes(ctx), scope)
        : undefined;
  if (within !== undefined && within.length === 0) return [];
  const counts = await countBySubscription(ctx, within);
  refuseTooMany(
    counts.reduce((sum, { machines }) => sum + machines, 0),
    scope,
  );
  return planShards(counts).map(({ subscriptionIds }) => ({
    label: `${subscriptionIds.length === 1 ? `Subscription ${subscriptionIds[0]}` : `${subscriptionIds.length} subscriptions`}`,
    machines: machinesQuery(null),
    extensions: extensionsQuery(null),
    subscriptions: subscriptionIds,
  }));
}

function byId(a: Machine, b: Machine): number {
  const [left, right] = [a.id.toLowerCase(), b.id.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The machines of a roll-out with their sign-in extensions from Resource Graph, few queries for thousands. Throws AppError
 * when a scope holds more than a roll-out takes or the sign-in is refused; every other hole is named in `completeness`.
 */
export async function readTargets(ctx: TargetContext, choice: TargetChoice): Promise<ReadTargets> {
  const tally = createTally(ctx.clock.now().toISOString(), ctx.traceId, "Machines");
  const isMachine = choice.by === "scope" && parseMachineId(choice.scope) !== null;
  const ids = choice.by === "machines" ? choice.machineIds : isMachine ? [choice.scope] : null;
  const wanted = ids === null ? null : new Map(ids.map((id) => [id.toLowerCase(), id]));
  const parts =
    wanted === null || ids === null
      ? await partsOfScope(ctx, choice.by === "scope" ? choice.scope : "/")
      : wanted.size <= BY_ID
        ? partsById([...wanted.values()])
        : partsByGroup(ids);
  const keep = (key: string) => wanted === null || wanted.has(key);
  const reading: Reading = { ctx, tally, machines: new Map(), extensions: new Map(), keep };
  await inLanes(parts, LANES, (part) => readPart(reading, part));
  tally.receive(reading.machines.size);
  const machines =
    wanted === null
      ? [...reading.machines.values()].sort(byId)
      : [...wanted.keys()].flatMap((key) => reading.machines.get(key) ?? []);
  refuseTooMany(machines.length, "the scope");
  return {
    machines,
    extensions: reading.extensions,
    unknown: wanted === null ? [] : [...wanted].filter(([key]) => !reading.machines.has(key)).map(([, id]) => id),
    completeness: tally.result(),
  };
}
