import "server-only";
import { followPages, type Page } from "@/lib/azure/paging";
import type { ResourceGraphPage } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import type { FleetMessage } from "@/lib/domain/fleet-wire";
import type { ServiceContext } from "../context";
import { createCertificateJoiner } from "./certificates";
import type { Channel } from "./channel";
import { toCertificatesPage, toExtensionsPage, toRowsPage } from "./columns";
import { createTally, type Tally } from "./completeness";
import { EXTENSIONS_QUERY, MACHINES_QUERY } from "./queries";
import { type CertificateFact, toExtensionFact, toFleetRow } from "./rows";
import type { Shard } from "./shards";

/** Certificates are sent in pages of this size, so that one late identity does not become a message of its own. */
const CERTIFICATES_PER_PAGE = 1_000;
const IDS_PER_CALL = 1_000;
/** One word about waiting in this time is enough for the screen. */
const PROGRESS_EVERY_MS = 500;

export type FleetRead = {
  ctx: Pick<ServiceContext, "azure" | "clock" | "traceId" | "log"> & { signal: AbortSignal };
  shards: readonly Shard[];
  /** Null when the count could not be read. */
  expected: number | null;
  subscriptionName: (id: string) => string;
  asOf: Date;
};

type State = {
  out: Channel<FleetMessage>;
  machines: Tally;
  certificates: Tally;
  extensions: Tally;
  seen: Set<string>;
  received: number;
  page: number;
  lastProgressMs: number;
};

export type FleetReadResult = {
  machines: ReturnType<Tally["result"]>;
  certificates: ReturnType<Tally["result"]>;
  extensions: ReturnType<Tally["result"]>;
  /** Lower-cased ids of all machines that came. */
  seen: ReadonlySet<string>;
};

function reportWait(read: FleetRead, state: State, source: string) {
  return (ms: number) => {
    const nowMs = read.ctx.clock.now().getTime();
    if (nowMs - state.lastProgressMs < PROGRESS_EVERY_MS) return;
    state.lastProgressMs = nowMs;
    state.out.offer({ type: "progress", received: state.received, expected: read.expected, waitingForQuotaMs: ms, source });
  };
}

async function* resourceGraphPages(
  read: FleetRead,
  state: State,
  args: { query: string; subscriptions: string[] | undefined; background: boolean; subject: string },
): AsyncGenerator<ResourceGraphPage> {
  const onWait = reportWait(read, state, "Azure Resource Graph");
  const load = async (skipToken: string | null): Promise<Page<ResourceGraphPage>> => {
    read.ctx.signal.throwIfAborted();
    const page = await read.ctx.azure.resourceGraph.query(
      {
        query: args.query,
        skipToken,
        background: args.background,
        onWait,
        ...(args.subscriptions === undefined ? {} : { subscriptions: args.subscriptions }),
      },
      { signal: read.ctx.signal },
    );
    return { items: page, nextLink: page.skipToken };
  };
  yield* followPages({ service: "resourceGraph", subject: args.subject, first: () => load(null), next: load });
}

/** Rethrows when the caller has left; otherwise the failure is a hole in the list that its tally names. */
function noteHole(read: FleetRead, error: unknown): void {
  if (read.ctx.signal.aborted) throw error;
  if (!(error instanceof AppError)) read.ctx.log.error("fleet.sourceFailed", error, { traceId: read.ctx.traceId });
}

function shardLabel(read: FleetRead, shard: Shard): string {
  const [first, ...others] = shard.subscriptionIds;
  if (first === undefined) return "All subscriptions";
  const name = read.subscriptionName(first);
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}

async function readShard(
  read: FleetRead,
  state: State,
  shard: Shard,
  onRows: (facts: CertificateFact[]) => Promise<void>,
  joiner: Joiner,
) {
  const subscriptions = shard.subscriptionIds.length === 0 ? undefined : shard.subscriptionIds;
  let isFirst = true;
  try {
    const pages = resourceGraphPages(read, state, {
      query: MACHINES_QUERY,
      subscriptions,
      background: false,
      subject: "machines",
    });
    for await (const page of pages) {
      if (isFirst) state.machines.expect(page.total);
      isFirst = false;
      // The fleet changes while it is read, so a machine may stand on two pages.
      const rows = page.rows.map(toFleetRow).filter((row) => row !== null && !state.seen.has(row.id.toLowerCase()));
      const fresh = rows.filter((row) => row !== null);
      for (const row of fresh) state.seen.add(row.id.toLowerCase());
      state.received += fresh.length;
      state.machines.receive(fresh.length);
      if (fresh.length > 0) await state.out.push(toRowsPage(fresh, state.page++));
      await onRows(joiner.addMachines(fresh));
    }
  } catch (error) {
    noteHole(read, error);
    // Where even the count could not be read, "0 of 0" would look like an answer.
    if (isFirst && shard.subscriptionIds.length > 0) state.machines.expect(shard.expected);
    for (const id of shard.subscriptionIds) state.machines.lose(id, read.subscriptionName(id), error);
    if (shard.subscriptionIds.length === 0) state.machines.lose("resourceGraph", shardLabel(read, shard), error);
  }
}

type Joiner = ReturnType<typeof createCertificateJoiner>;

async function readExtensions(read: FleetRead, state: State): Promise<void> {
  let isFirst = true;
  try {
    const pages = resourceGraphPages(read, state, {
      query: EXTENSIONS_QUERY,
      subscriptions: undefined,
      background: true,
      subject: "sign-in extensions",
    });
    for await (const page of pages) {
      if (isFirst) state.extensions.expect(page.total);
      isFirst = false;
      const facts = page.rows.map(toExtensionFact).filter((fact) => fact !== null);
      state.extensions.receive(page.rows.length);
      if (facts.length > 0) await state.out.push(toExtensionsPage(facts));
    }
  } catch (error) {
    noteHole(read, error);
    state.extensions.lose("resourceGraph", "Sign-in extensions", error);
  }
}

/** Sends certificate facts in full pages; `flush` sends what is left. */
function createCertificateSender(out: Channel<FleetMessage>) {
  let waiting: CertificateFact[] = [];
  async function flush(atLeast = 1): Promise<void> {
    while (waiting.length >= atLeast && waiting.length > 0) {
      const page = waiting.slice(0, CERTIFICATES_PER_PAGE);
      waiting = waiting.slice(CERTIFICATES_PER_PAGE);
      await out.push(toCertificatesPage(page));
    }
  }
  return {
    async add(facts: readonly CertificateFact[]): Promise<void> {
      waiting.push(...facts);
      await flush(CERTIFICATES_PER_PAGE);
    },
    flush,
  };
}

async function readIdentities(read: FleetRead, state: State, joiner: Joiner, send: (facts: CertificateFact[]) => Promise<void>) {
  const options = { signal: read.ctx.signal, onWait: reportWait(read, state, "Microsoft Graph") };
  try {
    for await (const page of read.ctx.azure.graph.managedIdentityPages(options)) await send(joiner.addIdentities(page));
    return { kind: "listed" as const };
  } catch (error) {
    noteHole(read, error);
    const status = error instanceof AppError ? error.azure?.status : null;
    if (status === 400) return { kind: "byId" as const, error };
    state.certificates.lose("graph", "Certificates of machine identities", error);
    return { kind: "refused" as const };
  }
}

/** The tenant refuses the list's filter: the machines' own principal ids are asked for instead, when all machines are known. */
async function readIdentitiesById(
  read: FleetRead,
  state: State,
  joiner: Joiner,
  send: (facts: CertificateFact[]) => Promise<void>,
) {
  const ids = joiner.waitingIds();
  try {
    for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
      const found = await read.ctx.azure.graph.servicePrincipalsByIds(ids.slice(at, at + IDS_PER_CALL), {
        signal: read.ctx.signal,
      });
      await send(joiner.addIdentities(found));
    }
  } catch (error) {
    noteHole(read, error);
    state.certificates.lose("graph", "Certificates of machine identities", error);
  }
}

/**
 * Reads machines, certificates and sign-in extensions at the same time and writes each page to `out` as it comes. A source
 * that fails leaves a hole with its reason and never stops the others. Throws only when the caller has left.
 */
export async function readFleet(read: FleetRead, out: Channel<FleetMessage>): Promise<FleetReadResult> {
  const asOf = read.asOf.toISOString();
  const tally = (label: string) => createTally(asOf, read.ctx.traceId, label);
  const state: State = {
    out,
    machines: tally("Machines"),
    certificates: tally("Certificates"),
    extensions: tally("Sign-in extensions"),
    seen: new Set(),
    received: 0,
    page: 0,
    lastProgressMs: 0,
  };
  const joiner = createCertificateJoiner(Math.floor(read.asOf.getTime() / 60_000));
  const sender = createCertificateSender(out);
  const identities = readIdentities(read, state, joiner, sender.add).then(async (end) => {
    if (end.kind === "refused") await sender.add(joiner.closeIdentities());
    return end;
  });
  const shards = Promise.all(read.shards.map((shard) => readShard(read, state, shard, sender.add, joiner)));
  const [identityEnd] = await Promise.all([identities, shards, readExtensions(read, state)]);
  if (identityEnd.kind === "byId") await readIdentitiesById(read, state, joiner, sender.add);
  await sender.add(joiner.closeIdentities());
  await sender.flush();
  const { expected, matched } = joiner.counts();
  state.certificates.receive(matched);
  const certificates = state.certificates.result();
  return {
    machines: state.machines.result(),
    // A machine without a service principal is a finding of its own and no hole in the reading.
    certificates: { ...certificates, expected },
    extensions: state.extensions.result(),
    seen: state.seen,
  };
}
