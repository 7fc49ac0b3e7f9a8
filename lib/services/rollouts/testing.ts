import type { TokenCredential } from "@azure/core-auth";
import type { Database } from "@/lib/db/database";
import { planFixture } from "@/lib/domain/rollout/plan-fixture";
import type { RolloutPlan } from "@/lib/domain/rollout/types";
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

/** As many failures as there are hold up nothing, and what is retried does not wait long. */
export function plan(part: Partial<RolloutPlan> = {}): RolloutPlan {
  return planFixture({ concurrency: 200, threshold: { unit: "percent", value: 100 }, retryAfterMinutes: 1, ...part });
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
