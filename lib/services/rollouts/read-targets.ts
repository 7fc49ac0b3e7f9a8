import "server-only";
import { toMachineExtension } from "@/lib/azure/extension-mapper";
import { toMachine } from "@/lib/azure/machine-mapper";
import { normaliseScope, scopeKind } from "@/lib/domain/access/scope";
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
/** Chains at the same time: four of machines and one of extensions. */
const LANES = 5;
/** Microsoft's advice is fewer than 300 subscriptions in one query. */
const MAX_SUBSCRIPTIONS = 250;

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
type Part = { of: "machines" | "extensions"; label: string; query: string; subscriptions: string[] | undefined };

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

function takeMachine(reading: Reading, row: Record<string, unknown>): void {
  const machine = toMachine(row);
  if (machine !== null && reading.keep(machine.id.toLowerCase())) reading.machines.set(machine.id.toLowerCase(), machine);
}

function takeExtension(reading: Reading, row: Record<string, unknown>): void {
  const extension = toMachineExtension(row);
  if (extension === null) return;
  const key = machineKeyOf(extension.id);
  if (reading.keep(key)) reading.extensions.set(key, [...(reading.extensions.get(key) ?? []), extension]);
}

async function readPart(reading: Reading, part: Part): Promise<void> {
  const { ctx, tally } = reading;
  const { of, query, label, subscriptions } = part;
  const take = of === "machines" ? takeMachine : takeExtension;
  const scope = subscriptions === undefined ? {} : { subscriptions };
  try {
    for await (const page of queryPages(ctx, { query, subject: label, ...scope }))
      for (const row of page.rows) take(reading, row);
  } catch (error) {
    // A refused sign-in ends everything; anything else is a hole that the list names.
    if (ctx.signal.aborted || (error instanceof AppError && error.code === "unauthenticated")) throw error;
    if (!(error instanceof AppError)) ctx.log.error("rollout.targetsUnread", error, { traceId: ctx.traceId });
    tally.lose("resourceGraph", label, error);
  }
}

function partsById(ids: readonly string[]): Part[] {
  return chunks(ids, IDS_PER_QUERY).flatMap((some): Part[] => {
    const keys = some.map((id) => id.toLowerCase());
    const label = `${some.length} machines`;
    return [
      { of: "machines", label, query: machinesByIdQuery(some), subscriptions: undefined },
      { of: "extensions", label: `Extensions of ${label}`, query: extensionsOfQuery(keys), subscriptions: undefined },
    ];
  });
}

/**
 * Machines in a few chains of about the same length, extensions in one: Resource Graph counts queries, and few machines have
 * extensions.
 */
function partsOfSubscriptions(counts: readonly { subscriptionId: string; machines: number }[], groups: string[] | null): Part[] {
  const all = counts.filter(({ machines }) => machines > 0).map(({ subscriptionId }) => subscriptionId);
  if (all.length === 0) return [];
  const machines = planShards(counts).map(({ subscriptionIds }): Part => {
    const label = subscriptionIds.length === 1 ? `Subscription ${subscriptionIds[0]}` : `${subscriptionIds.length} subscriptions`;
    return { of: "machines", label, query: machinesQuery(groups), subscriptions: subscriptionIds };
  });
  const extensions = chunks(all, MAX_SUBSCRIPTIONS).map(
    (subscriptions): Part => ({ of: "extensions", label: "Extensions", query: extensionsQuery(groups), subscriptions }),
  );
  return [...extensions, ...machines];
}

/** Many ids: the subscriptions and resource groups in which they are. */
function partsByGroup(ids: readonly string[]): Part[] {
  const counts = new Map<string, number>();
  const groups = new Set<string>();
  for (const id of ids) {
    const ref = parseMachineId(id);
    if (ref === null) continue;
    const key = ref.subscriptionId.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    groups.add(ref.resourceGroup.toLowerCase());
  }
  const list = [...counts].map(([subscriptionId, machines]) => ({ subscriptionId, machines }));
  return partsOfSubscriptions(list, groups.size <= MAX_GROUPS ? [...groups] : null);
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

/** Resource Graph refuses a query for a subscription that the person cannot see instead of answering with nothing. */
function notVisible(error: unknown, scope: string): unknown {
  const status = error instanceof AppError ? error.azure?.status : null;
  if (status !== 400 && status !== 403 && status !== 404) return error;
  return new AppError({
    code: "not_found",
    message: `Azure shows you nothing at ${scope}.`,
    nextStep: "Check the scope, or ask for a role that lets you read it.",
    fields: [{ field: "body.targets.scope", message: "Not visible to you." }],
    cause: error,
  });
}

function refuseScope(scope: string): never {
  throw new AppError({
    code: "invalid_input",
    message: `${scope} is no place that holds machines.`,
    nextStep: "Choose a management group, a subscription or a resource group.",
    fields: [{ field: "body.targets.scope", message: "Must be a management group, subscription or resource group." }],
  });
}

async function partsOfScope(ctx: TargetContext, asked: string): Promise<Part[]> {
  const scope = normaliseScope(asked);
  const kind = scopeKind(scope);
  // Whatever is not understood must never mean the whole tenant.
  if (kind === "other" || kind === "machine") refuseScope(asked);
  const [, , subscription = "", , group = ""] = scope.split("/");
  if (kind === "resourceGroup") {
    return partsOfSubscriptions([{ subscriptionId: subscription, machines: 1 }], [group]);
  }
  const within =
    kind === "subscription"
      ? [subscription]
      : kind === "managementGroup"
        ? subscriptionsBelow(await readScopes(ctx), scope)
        : undefined;
  if (within !== undefined && within.length === 0) return [];
  const counts = await countBySubscription(ctx, within).catch((error: unknown) => Promise.reject(notVisible(error, scope)));
  refuseTooMany(
    counts.reduce((sum, { machines }) => sum + machines, 0),
    scope,
  );
  return partsOfSubscriptions(counts, null);
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
