import "server-only";
import { createApplicationTokens } from "@/lib/auth/application-tokens";
import { createManagedIdentityTokens } from "@/lib/auth/managed-identity";
import type { TokenProvider } from "@/lib/auth/token-provider";
import { createAzureClients } from "@/lib/azure/clients";
import type { AzureClients } from "@/lib/azure/ports";
import type { ServerConfig } from "@/lib/config/env";
import { carryOwnSets } from "@/lib/db/access-changes";
import { type Database, openDatabase } from "@/lib/db/database";
import { carryOwnElevations } from "@/lib/db/elevation";
import { principalOf } from "@/lib/db/rollout-budget";
import type { SignInDemand } from "@/lib/db/rollouts";
import type { Readiness } from "@/lib/domain/api";
import { armScope } from "@/lib/domain/clouds";
import type { Operator } from "@/lib/domain/operator";
import { AccessChangeRunner } from "@/lib/jobs/access-change-runner";
import { ElevationRunner } from "@/lib/jobs/elevation-runner";
import { OperationRunner } from "@/lib/jobs/operation-runner";
import { RolloutRunner } from "@/lib/jobs/rollout-runner";
import { timingOf } from "@/lib/jobs/rollout-timing";
import { AuditChain } from "./audit/chain";
import type { Clock, Logger, ServiceContext } from "./context";
import { PortalReader } from "./history/portal-reader";
import { createHistoryRuntime, type HistoryRuntime } from "./history/runtime";
import { carrierKey, OperatorAccess } from "./operations/access";
import { ResumeThrottle, resumeWaiting } from "./operations/resume";
import { createReadiness } from "./readiness/check";
import { carryRollouts } from "./rollouts/carry";
import { RolloutFeed } from "./rollouts/feed";
import { pacedGraph } from "./rollouts/graph-pace";
import type { RolloutIdentity } from "./rollouts/identity";
import { createRolloutRemote } from "./rollouts/remote";
import { stopWork } from "./stop-work";

export type ContextRequest = { operator: Operator; tokens: TokenProvider; signal: AbortSignal; traceId: string; log: Logger };

export type RolloutParts = {
  runner: RolloutRunner;
  feed: RolloutFeed;
  /** Claims that Azure demands of this sign-in before it goes on with a roll-out; null = none. */
  demandOf(operator: Operator, tokenIssuedAtMs: number, stored?: SignInDemand | null): string | null;
  /** The portal's managed identity where ROLLOUT_IDENTITY says so. */
  identity: RolloutIdentity | null;
};

export type ServiceRuntime = {
  config: ServerConfig;
  db: Database;
  runner: OperationRunner;
  accessChanges: AccessChangeRunner;
  elevation: ElevationRunner;
  audit: AuditChain;
  history: HistoryRuntime;
  rollouts: RolloutParts;
  buildContext(request: ContextRequest): ServiceContext;
  readiness(signal: AbortSignal): Promise<Readiness>;
  /** The process is asked to end: readiness turns false and the background work takes nothing new. */
  beginStop(): void;
  /** Stops the background work, anchors the audit and closes the store. */
  close(): Promise<void>;
};

const holder = globalThis as typeof globalThis & { __arcwardenServices?: ServiceRuntime };

/** The services of this process. Next evaluates modules once per bundle, so they hang on globalThis. */
export function services(): ServiceRuntime {
  if (holder.__arcwardenServices === undefined) throw new Error("The portal has not started: its services were not built.");
  return holder.__arcwardenServices;
}

type ClientFactory = (request: ContextRequest, signal: AbortSignal) => AzureClients;

type Parts = {
  config: ServerConfig;
  db: Database;
  log: Logger;
  clock: Clock;
  clients: ClientFactory;
  runner: OperationRunner;
  accessChanges: AccessChangeRunner;
  elevation: ElevationRunner;
  access: OperatorAccess;
  background: AbortController;
  history: HistoryRuntime;
  rollouts: RolloutParts;
};

function contextBuilder(parts: Parts): ServiceRuntime["buildContext"] {
  const { config, db, clock, clients, access, runner, accessChanges, elevation, background, history, rollouts } = parts;
  const throttle = new ResumeThrottle(() => clock.now().getTime());
  return (request) => {
    const { operator, tokens, signal, traceId, log } = request;
    const demanded = (stored?: SignInDemand | null) => rollouts.demandOf(operator, tokens.issuedAtMs, stored);
    const isNew = access.remember(operator, tokens.expiresAtMs, () => clients(request, background.signal), tokens.issuedAtMs);
    history.remember(operator);
    const azure = access.clientsOf(operator);
    if (isNew || throttle.due(operator)) {
      const carriedOn = azure === null ? Promise.resolve(0) : resumeWaiting({ db, azure, operator, clock });
      const wake = (work: { nudge: () => void }) => (count: number) => {
        if (isNew || count > 0) work.nudge();
      };
      carryOwnElevations(db, operator, clock.now()).then(wake(elevation), (error: unknown) =>
        parts.log.error("elevation.resume_failed", error),
      );
      carryOwnSets(db, operator, clock.now()).then(wake(accessChanges), (error: unknown) =>
        parts.log.error("accessChange.resume_failed", error),
      );
      // The sign-in that Azure has refused is not tried again until the person confirms it.
      if (azure !== null && demanded() === null) {
        carryRollouts({ db, azure, operator, clock, log: parts.log, traceId, demanded }).then(
          wake(rollouts.runner),
          (error: unknown) => parts.log.error("rollout.resume_failed", error),
        );
      }
      carriedOn.then(wake(runner), (error: unknown) => parts.log.error("operation.resume_failed", error));
    }
    const lasting = () => clients(request, background.signal);
    const parted = { tokenExpiresAtMs: tokens.expiresAtMs, demanded, lasting };
    return { operator, azure: clients(request, signal), db, config, clock, log, traceId, signal, ...parted };
  };
}

/** The portal's own identity for the history; null = only people read it. */
function createPortalReader({ config, clock, signal }: Pick<Parts, "config" | "clock"> & { signal: AbortSignal }) {
  const { historyIdentity: kind } = config;
  if (kind === "operators") return null;
  const tokensOf = (tenantId: string): TokenProvider =>
    kind === "managed"
      ? createManagedIdentityTokens(undefined, config.managedIdentityClientId)
      : createApplicationTokens(config, tenantId);
  return new PortalReader({
    kind,
    tenantIds: kind === "managed" ? [config.tenantId] : config.allowedTenantIds,
    create(tenantId) {
      const tokens = tokensOf(tenantId);
      return { tokens, azure: createAzureClients({ config, tokens, clock, signal, operatorKey: `history:${kind}:${tenantId}` }) };
    },
    armScope: armScope(config.cloud),
    now: () => clock.now(),
  });
}

type RolloutArgs = Pick<Parts, "config" | "db" | "log" | "clock" | "access"> & { signal: AbortSignal };

/** Roll-outs with whatever may carry them: people who called lately, and the managed identity where it is configured. */
function createRollouts({ config, db, log, clock, access, signal }: RolloutArgs): RolloutParts {
  const identity =
    config.rolloutIdentity === "managed"
      ? createAzureClients({
          config,
          tokens: createManagedIdentityTokens(undefined, config.managedIdentityClientId),
          clock,
          signal,
          operatorKey: "managedIdentity",
        })
      : null;
  access.carryRollouts({
    identity,
    create: (azure, rollout) => {
      const resourceGraph = pacedGraph(azure.resourceGraph, { db, principal: principalOf(rollout) });
      const paced = { ...azure, resourceGraph };
      return createRolloutRemote({ azure: paced, cloud: config.cloud, clock, log, db, rolloutId: rollout.id });
    },
  });
  const runner = new RolloutRunner({
    db,
    access,
    now: () => clock.now(),
    log,
    timing: timingOf(config.rolloutStatusSeconds),
  });
  return {
    runner,
    feed: new RolloutFeed({ db, clock, log }, runner),
    demandOf: (operator, tokenIssuedAtMs, stored) => access.demandOf(operator, tokenIssuedAtMs, stored),
    identity: identity === null ? null : { azure: identity },
  };
}

const STOPPING: Readiness = { ready: false, checks: [{ name: "process", ok: false, detail: "this process is ending", ms: 0 }] };

/**
 * Builds everything that lives as long as the process: the store, the operation runner, the audit chain, the context builder.
 * Throws StoreOpenError with a sentence when the store cannot be opened.
 */
export async function createRuntime(args: {
  config: ServerConfig;
  log: Logger;
  clock?: Clock;
  clients?: ClientFactory;
}): Promise<ServiceRuntime> {
  const { config, log } = args;
  const clock = args.clock ?? { now: () => new Date() };
  const clients: ClientFactory =
    args.clients ??
    ((request, signal) =>
      createAzureClients({ config, tokens: request.tokens, clock, signal, operatorKey: carrierKey(request.operator) }));
  const onError = (error: unknown) => log.error("store.background_error", error);
  const db = await openDatabase({
    dataDir: config.dataDir,
    ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl.reveal() }),
    onError,
  });
  const background = new AbortController();
  const access = new OperatorAccess(() => clock.now().getTime());
  const runner = new OperationRunner({ db, access, now: () => clock.now(), log });
  const accessChanges = new AccessChangeRunner({ db, access, now: () => clock.now(), log });
  const elevation = new ElevationRunner({ db, access, now: () => clock.now(), log });
  const audit = new AuditChain({ db, config, now: () => clock.now(), onError });
  const rollouts = createRollouts({ config, db, log, clock, access, signal: background.signal });
  await runner.start();
  await accessChanges.start();
  await elevation.start();
  await rollouts.runner.start();
  audit.start();
  const portal = createPortalReader({ config, clock, signal: background.signal });
  const history = createHistoryRuntime({ config, db, access, clock, log, portal });
  elevation.onChange(({ tenantId }) => history.requestsChanged(tenantId));
  await history.start();
  const ready = createReadiness({ config, db, now: () => clock.now().getTime() });
  let stopping: Promise<void> | null = null;
  const end = () => {
    stopping ??= stopWork([rollouts.runner, runner, accessChanges, elevation], background);
    return stopping;
  };
  const runtime: ServiceRuntime = {
    config,
    db,
    runner,
    accessChanges,
    elevation,
    audit,
    history,
    rollouts,
    buildContext: contextBuilder({
      ...{ config, db, log, clock, clients, runner, accessChanges, elevation, access, background, history, rollouts },
    }),
    readiness: () => (stopping === null ? ready() : Promise.resolve(STOPPING)),
    // A failure is told by close(), which waits for the same end.
    beginStop: () => void end().catch(() => undefined),
    close: async () => {
      await end();
      await history.stop();
      await audit.stop();
      await db.close();
      delete holder.__arcwardenServices;
    },
  };
  holder.__arcwardenServices = runtime;
  return runtime;
}
