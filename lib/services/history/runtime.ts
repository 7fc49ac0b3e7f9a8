import "server-only";
import type { ServerConfig } from "@/lib/config/env";
import { HISTORY_CHAIN } from "@/lib/db/chain";
import type { Database } from "@/lib/db/database";
import { wakeSteps } from "@/lib/db/history-state";
import { enqueueNotices } from "@/lib/db/notices";
import type { AuditChainState } from "@/lib/domain/api";
import type { HistorySweepStarted } from "@/lib/domain/elevation/history/api";
import { noticesOf } from "@/lib/domain/notices/from-history";
import type { Operator } from "@/lib/domain/operator";
import type { HistoryCarrier, HistoryCarriers, HistoryRemote } from "@/lib/jobs/history-remote";
import { HistorySweep } from "@/lib/jobs/history-sweep";
import { NoticeSender, type NoticeTransport } from "@/lib/jobs/notice-sender";
import { AuditChain } from "../audit/chain";
import type { Clock, Logger } from "../context";
import { createNoticeTransport } from "../notices/transport";
import { carrierKey, type OperatorAccess } from "../operations/access";
import type { HistoryReading } from "./coverage";
import type { PortalReader } from "./portal-reader";
import { createHistoryRemote } from "./remote";

/** The pages that a person opens first have Azure and the processor to themselves; the copy has time. */
const SETTLE_IN_MS = 45_000;

/** People whose sign-in lives here, as carriers of the sweep. Their names are kept with the clients, not longer. */
class SignedIn implements HistoryCarriers {
  private readonly names = new Map<string, HistoryCarrier & { readyAtMs: number }>();
  private readonly remotes = new WeakMap<object, HistoryRemote>();
  private readonly access: OperatorAccess;
  private readonly now: () => Date;

  constructor(access: OperatorAccess, now: () => Date) {
    this.access = access;
    this.now = now;
  }

  remember({ tenantId, objectId, name }: Operator): void {
    const key = carrierKey({ tenantId, objectId });
    const readyAtMs = this.names.get(key)?.readyAtMs ?? this.now().getTime() + SETTLE_IN_MS;
    this.names.set(key, { tenantId, objectId, name, readyAtMs });
  }

  /** Somebody wants to see the history: nobody's rights need to wait. */
  hurry(tenantId: string): void {
    for (const one of this.names.values()) if (one.tenantId === tenantId) one.readyAtMs = 0;
  }

  everybody(): HistoryCarrier[] {
    const live = new Set(this.access.carriers());
    for (const key of this.names.keys()) if (!live.has(key)) this.names.delete(key);
    return [...this.names.values()];
  }

  historyCarriers(): HistoryCarrier[] {
    const nowMs = this.now().getTime();
    return this.everybody().filter((one) => (this.names.get(carrierKey(one))?.readyAtMs ?? 0) <= nowMs);
  }

  historyRemoteFor(carrier: HistoryCarrier): HistoryRemote | null {
    const azure = this.access.clientsOf(carrier);
    if (azure === null) return null;
    const known = this.remotes.get(azure);
    if (known !== undefined) return known;
    const made = createHistoryRemote(azure, this.now);
    this.remotes.set(azure, made);
    return made;
  }
}

export type HistoryRuntime = {
  chain: AuditChain;
  transport: NoticeTransport;
  sender: NoticeSender;
  /** Told of everybody who calls the portal: the sweep goes on with their rights. */
  remember(operator: Operator): void;
  /** Told when somebody looks at the history: what is due is read now. */
  opened(tenantId: string): void;
  /** With whose rights the sweep reads a tenant now: the portal's own identity, and people. */
  reading(tenantId: string): HistoryReading;
  sweepNow(tenantId: string): Promise<HistorySweepStarted>;
  /** Told when the portal itself changed a request: it is read soon, so that its notices do not wait for the next round. */
  requestsChanged(tenantId: string): void;
  chainState(): Promise<AuditChainState>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const REREAD_AFTER_MS = 20_000;
/** Changes of one batch come close together; they are read once. */
const GATHER_MS = 3_000;

/** The portal's own identity comes first: what it may read goes on whoever is here. */
function together(portal: PortalReader | null, people: SignedIn): HistoryCarriers {
  return {
    historyCarriers: () => [...(portal?.historyCarriers() ?? []), ...people.historyCarriers()],
    historyRemoteFor: (carrier) => portal?.historyRemoteFor(carrier) ?? people.historyRemoteFor(carrier),
  };
}

/** The part of the runtime that copies the past and sends notices. */
export function createHistoryRuntime(args: {
  config: ServerConfig;
  db: Database;
  access: OperatorAccess;
  /** The portal's own identity where HISTORY_IDENTITY names one. */
  portal: PortalReader | null;
  clock: Clock;
  log: Logger;
}): HistoryRuntime {
  const { config, db, access, clock, log, portal } = args;
  const now = () => clock.now();
  const signedIn = new SignedIn(access, now);
  const transport = createNoticeTransport(config, now);
  const sender = new NoticeSender({ db, transport, now, log });
  const sweep = new HistorySweep({
    db,
    carriers: together(portal, signedIn),
    now,
    log,
    onNew: async (tx, { tenantId, events, azureNow }) => {
      await enqueueNotices(tx, {
        tenantId,
        notices: noticesOf(events, azureNow),
        targets: transport.targets,
        origin: config.publicOrigin,
        now: now(),
        azureAheadMs: azureNow.getTime() - now().getTime(),
      });
    },
    onStored: () => sender.wake(),
  });
  const chain = new AuditChain({
    db,
    config,
    now,
    onError: (error) => log.error("store.background_error", error),
    chain: HISTORY_CHAIN,
  });
  const gathering = new Map<string, NodeJS.Timeout>();
  const readRequests = async (tenantId: string): Promise<void> => {
    gathering.delete(tenantId);
    await wakeSteps(db, tenantId, now(), now(), "requests");
    sweep.nudge();
  };
  const reading = (tenantId: string): HistoryReading => {
    const people = signedIn.everybody().filter((one) => one.tenantId === tenantId);
    const identity = portal?.state(tenantId) ?? null;
    const own = identity?.problem === null ? (portal?.historyCarriers() ?? []).slice(0, 1) : [];
    return { readers: [...own, ...people].map(({ name }) => name), identity };
  };
  return {
    chain,
    transport,
    sender,
    reading,
    remember: (operator) => signedIn.remember(operator),
    opened(tenantId) {
      signedIn.hurry(tenantId);
      sweep.nudge();
    },
    async sweepNow(tenantId) {
      const at = now();
      signedIn.hurry(tenantId);
      const places = await wakeSteps(db, tenantId, at, new Date(at.getTime() - REREAD_AFTER_MS));
      sweep.wake();
      return { places, readers: reading(tenantId).readers };
    },
    requestsChanged(tenantId) {
      if (gathering.has(tenantId)) return;
      const failed = (error: unknown) => log.error("history.wake_failed", error);
      const timer = setTimeout(() => void readRequests(tenantId).catch(failed), GATHER_MS);
      timer.unref();
      gathering.set(tenantId, timer);
    },
    chainState: () => chain.state(),
    async start() {
      await sweep.start();
      await sender.start();
      chain.start();
    },
    async stop() {
      for (const timer of gathering.values()) clearTimeout(timer);
      gathering.clear();
      await sweep.stop();
      await sender.stop();
      await chain.stop();
    },
  };
}
