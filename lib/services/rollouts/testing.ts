import type { TokenCredential } from "@azure/core-auth";
import type { Database } from "@/lib/db/database";
import type { RolloutPlan, Work } from "@/lib/domain/rollout/types";
import { RolloutRunner } from "@/lib/jobs/rollout-runner";
import { type AccessBench, createAccessBench } from "../access/testing";
import type { ServiceContext } from "../context";
import { OperatorAccess } from "../operations/access";
import { quiet } from "../operations/testing";
import type { RolloutIdentity } from "./identity";
import { createRolloutRemote } from "./remote";

/** Roll-outs over a running local Azure, as the contract tests of this folder use them. */
export type RolloutBench = {
  access: AccessBench;
  carriers: OperatorAccess;
  runner: RolloutRunner;
  identity: RolloutIdentity | null;
  /** End of every sign-in of this bench. */
  tokenEndsAtMs: number;
  /** A signed-in person whose object id is the real one; from now on this person's sign-in can carry work. */
  signIn(upn: string, changes?: Partial<ServiceContext["operator"]>): Promise<ServiceContext>;
};

export const INSTALL: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };

export function plan(over: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    canary: 0,
    waves: [{ unit: "percent", value: 100 }],
    pause: { kind: "none" },
    concurrency: 200,
    threshold: { unit: "percent", value: 100 },
    onThreshold: "hold",
    retries: {},
    retryAfterMinutes: 1,
    window: null,
    offline: { kind: "skip" },
    giveUpAfterMinutes: 60,
    removeFailed: false,
    grant: null,
    ...over,
  };
}

/** Waits that a test need not have: local Azure answers at once. */
const FAST = {
  roundMs: 50,
  idleMs: 100,
  firstStatusMs: 300,
  statusMs: 300,
  checkMs: 300,
  firstLookMs: 200,
  gridMs: 100,
  throttledMs: 300,
  offlineMs: 500,
};

type Running = Parameters<typeof createAccessBench>[0];

/** `identityTokens` = where the portal's managed identity gets its tokens; absent = it has none. */
export async function createRolloutBench(
  running: Running,
  db: Database,
  identityTokens?: TokenCredential,
): Promise<RolloutBench> {
  const access = await createAccessBench(running, db);
  const clock = { now: () => new Date() };
  const tokenEndsAtMs = Date.now() + 3_600_000;
  const carriers = new OperatorAccess(() => Date.now());
  const cloud = access.fixture.config.cloud;
  const identity = identityTokens === undefined ? null : access.fixture.clientsFor("managedIdentity", { tokens: identityTokens });
  carriers.carryRollouts({
    identity,
    create: (azure, rollout) => createRolloutRemote({ azure, cloud, clock, log: quiet, db, rolloutId: rollout.id }),
  });
  const runner = new RolloutRunner({ db, access: carriers, now: clock.now, log: quiet, timing: FAST });
  return {
    access,
    carriers,
    runner,
    identity: identity === null ? null : { azure: identity },
    tokenEndsAtMs,
    async signIn(upn, changes = {}) {
      const me = await access.fixture.clientsFor(upn).graph.me();
      const plain = access.as(upn, { clock });
      const ctx = { ...plain, operator: { ...plain.operator, objectId: me.id, ...changes } };
      carriers.remember(ctx.operator, tokenEndsAtMs, () => ctx.azure);
      return ctx;
    },
  };
}
