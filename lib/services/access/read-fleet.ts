import "server-only";
import { encodeAssignments, encodeMachines, encodePrincipals } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import type { AccessInputs, InputSource } from "@/lib/domain/access/types";
import { type Channel, createChannel } from "../fleet/channel";
import { createDirectoryReader, type DirectoryReader } from "./directory";
import {
  ARM_LANES,
  readAssignments,
  readDefinitions,
  readMachines,
  readTree,
  type SourceContext,
  type Wait,
} from "./fleet-sources";
import { createGaps, type Gaps } from "./gaps";
import { inLanes } from "./lanes";
import type { ScopeTree } from "./scopes";
import { allAsOf, toActiveInput, toAssignmentInput, toDefinitionInput, toDenyInput, toEligibleInput } from "./to-inputs";

/** Pages in memory at once. A browser that reads slowly slows the reading of Azure. */
const PAGES_AHEAD = 32;
const PROGRESS_EVERY_MS = 500;

type Reading = {
  ctx: SourceContext;
  gaps: Gaps;
  out: Channel<AccessInputsMessage>;
  wait: Wait;
  directory: DirectoryReader;
  received: number;
  expected: number | null;
  machinesAt: string;
};

function createWait(ctx: SourceContext, out: Channel<AccessInputsMessage>, received: () => number): Wait {
  let lastMs = 0;
  return (source: InputSource) => (ms: number) => {
    const nowMs = ctx.clock.now().getTime();
    if (nowMs - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = nowMs;
    out.offer({ type: "progress", source, received: received(), waitingForQuotaMs: ms });
  };
}

async function readAllMachines(reading: Reading): Promise<void> {
  const { ctx, gaps, out, wait } = reading;
  await gaps.orElse("machines", null, "Machines", undefined, async () => {
    const at = await readMachines(ctx, wait, (machines) => out.push(encodeMachines(machines)));
    reading.machinesAt = at.toISOString();
  });
}

async function readAllAssignments(reading: Reading): Promise<void> {
  const { ctx, gaps, out, wait, directory } = reading;
  await gaps.orElse("assignments", null, "Role assignments", undefined, async () => {
    reading.expected = await readAssignments(ctx, gaps, wait, async (rows) => {
      reading.received += rows.length;
      directory.add(rows.map(({ principalId, principalType }) => ({ id: principalId, type: principalType })));
      await out.push(encodeAssignments(rows.map(toAssignmentInput)));
    });
  });
}

/** Deny assignments and PIM instances of one subscription: what stands in it and above it. */
async function readSubscription(reading: Reading, scope: string, label: string, seen: Set<string>): Promise<void> {
  const { ctx, gaps, out, directory } = reading;
  const { access } = ctx.azure;
  const all = { atScope: false };
  const options = { signal: ctx.signal };
  const fresh = <Row extends { id: string }>(rows: Row[]): Row[] =>
    rows.filter(({ id }) => {
      const isNew = !seen.has(id.toLowerCase());
      seen.add(id.toLowerCase());
      return isNew;
    });
  const [deny, active, eligible] = await Promise.all([
    gaps.orElse("denyAssignments", scope, `Deny assignments of ${label}`, [], () => access.denyAssignments(scope, all, options)),
    gaps.orElse("activeInstances", scope, `Active PIM assignments of ${label}`, [], () =>
      access.pimActive(scope, { ...all, onlyEnding: true }, options),
    ),
    gaps.orElse("eligibleInstances", scope, `Eligible PIM assignments of ${label}`, [], () =>
      access.pimEligible(scope, all, options),
    ),
  ]);
  const denies = fresh(deny);
  const actives = fresh(active);
  const eligibles = fresh(eligible);
  for (const row of denies) directory.add([...row.principals, ...row.excludePrincipals]);
  directory.add([...actives, ...eligibles].map(({ principalId, principalType }) => ({ id: principalId, type: principalType })));
  if (denies.length > 0) await out.push({ type: "deny", assignments: denies.map(toDenyInput) });
  if (actives.length > 0) await out.push({ type: "active", instances: actives.map(toActiveInput) });
  if (eligibles.length > 0) await out.push({ type: "eligible", instances: eligibles.map(toEligibleInput) });
}

async function readScopesAndRules(reading: Reading, tree: ScopeTree): Promise<void> {
  const { ctx, gaps, out } = reading;
  await out.push({ type: "scopes", ...tree });
  const seen = new Set<string>();
  const first = tree.subscriptions[0]?.id.split("/")[2] ?? null;
  await Promise.all([
    readDefinitions(ctx, gaps, first).then((rows) => out.push({ type: "roles", roleDefinitions: rows.map(toDefinitionInput) })),
    inLanes(tree.subscriptions, ARM_LANES, ({ id, displayName }) => readSubscription(reading, id, displayName, seen)),
  ]);
}

function tailOf(reading: Reading, asOf: string): AccessInputsMessage {
  const { gaps, received, expected, machinesAt } = reading;
  const when: AccessInputs["asOf"] = { ...allAsOf(asOf), machines: machinesAt };
  return { type: "tail", asOf: when, incomplete: gaps.incomplete(), completeness: gaps.completeness(asOf, received, expected) };
}

async function readAll(reading: Reading, tree: ScopeTree, asOf: string): Promise<void> {
  await Promise.all([readAllMachines(reading), readAllAssignments(reading), readScopesAndRules(reading, tree)]);
  await reading.directory.finish();
  await reading.out.push(tailOf(reading, asOf));
}

/**
 * Everything the engine needs for the fleet, as messages: one head, pages, one tail that names what is missing. Throws only
 * when the sign-in is refused or the reader leaves; then no tail comes.
 */
export async function* accessMessages(ctx: SourceContext): AsyncGenerator<AccessInputsMessage> {
  const asOf = ctx.clock.now().toISOString();
  // When the reader stops early, the reading of Azure stops with it.
  const stop = new AbortController();
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, stop.signal]) };
  const out = createChannel<AccessInputsMessage>(PAGES_AHEAD);
  const gaps = createGaps(inner);
  // Read before the head: a refused sign-in must reach the browser as an error and not as a broken stream.
  const tree = await readTree(inner, gaps);
  yield { type: "head", asOf, fromSnapshot: false };
  const reading: Reading = {
    ctx: inner,
    gaps,
    out,
    wait: createWait(ctx, out, () => reading.received),
    directory: createDirectoryReader(inner, gaps, {
      principals: (rows) => out.push(encodePrincipals(rows)),
      groups: (groups) => out.push({ type: "groups", groups }),
    }),
    received: 0,
    expected: null,
    machinesAt: asOf,
  };
  const work = readAll(reading, tree, asOf).then(
    () => out.end(),
    (error: unknown) => out.end(error),
  );
  try {
    yield* out.items();
    await work;
  } finally {
    stop.abort();
    out.end();
  }
}
