import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createManagedIdentityTokens, identityOfToken } from "@/lib/auth/managed-identity";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { StartRolloutInput, TargetChoice } from "@/lib/domain/rollout/api";
import { INSTALL } from "@/lib/domain/rollout/plan-fixture";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { OPERATOR, OWNER } from "../access/testing";
import type { ServiceContext } from "../context";
import { getRollout } from "./get";
import { preflightRollout } from "./preflight";
import { startRollout } from "./start";
import { createRolloutBench, plan, type RolloutBench } from "./testing";

const HOST = "ams-app-0002";
let azure: LocalAzure;
let control: ControlClient;
let store: TestDatabase;
let bench: RolloutBench;
let tokenDir: string;
let identityId: string;

/** The agent's own protocol, step by step: the challenge names a file, its content gets the token. */
async function tokenOfHost(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }> {
  const resource = String(scopes).replace(/\/\.default$/, "");
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`${azure.identityEndpoint}?resource=${encodeURIComponent(resource)}&api-version=2020-06-01`, {
      headers: { metadata: "true", ...headers },
    });
  const file = /^Basic realm=(.+)$/.exec((await ask()).headers.get("www-authenticate") ?? "")?.[1] ?? "";
  const answer = await ask({ authorization: `Basic ${readFileSync(file, "utf8")}` });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
}

beforeAll(async () => {
  tokenDir = mkdtempSync(join(tmpdir(), "arcwarden-identity-"));
  azure = await startLocalAzure({
    machines: 25,
    branches: 10,
    himds: { machine: HOST, tokenDir },
    options: { enforceQuotas: false, extensionQueuedMs: 50, extensionRunningMs: 100, deviceRegistrationMs: 100 },
  });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  let last: Promise<unknown> = Promise.resolve();
  // One challenge at a time, as the library does it.
  const oneByOne = (scopes: string | string[]) => {
    const next = last.then(() => tokenOfHost(scopes));
    last = next.catch(() => undefined);
    return next;
  };
  const tokens = createManagedIdentityTokens({ getToken: oneByOne });
  bench = await createRolloutBench({ origin: azure.origin, token: control.token }, store.db, tokens);
  identityId = identityOfToken((await tokenOfHost("https://management.azure.com/.default")).token)?.objectId ?? "";
  await bench.runner.start();
});
afterAll(async () => {
  await bench.runner.stop();
  await azure.close();
  await store.dispose();
  rmSync(tokenDir, { recursive: true, force: true });
});

async function targets(ctx: ServiceContext): Promise<TargetChoice> {
  const query = "resources | where name startswith 'arn-brn-' and type =~ 'microsoft.hybridcompute/machines' | project id";
  const { rows } = await ctx.azure.resourceGraph.query({ query });
  return { by: "machines", machineIds: rows.map(({ id }) => String(id)), describedAs: "branch offices" };
}

async function started(ctx: ServiceContext, identity: RolloutBench["identity"]) {
  const input = { work: INSTALL, targets: await targets(ctx), plan: plan() };
  const preflight = await preflightRollout({ ctx, identity, input: { ...input, actsAs: "managedIdentity" } });
  const start: StartRolloutInput = {
    ...input,
    id: randomUUID(),
    name: "By the portal itself",
    stamp: preflight.stamp,
    includeConfirm: true,
    typedCount: preflight.counts.ready + preflight.counts.confirm,
    actsAs: "managedIdentity",
  };
  const outcome = await startRollout({ ctx, runner: bench.runner, identity, input: start });
  if (!outcome.ok) throw outcome.error;
  return { id: start.id, count: start.typedCount };
}

describe("a roll-out as the portal's managed identity", () => {
  it("is for administrators of the portal only, and only where it is configured", async () => {
    const plain = await bench.signIn(OPERATOR);
    await expect(started(plain, bench.identity)).rejects.toMatchObject({ code: "forbidden" });
    const admin = await bench.signIn(OPERATOR, { portalRoles: ["Portal.Admin"] });
    await expect(started(admin, null)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await queryRows(store.db.session, sql`select 1 from rollout`)).toEqual([]);
  });

  it("writes with that identity alone, goes on without any operator, and says so in view and audit", async () => {
    const admin = await bench.signIn(OWNER, { portalRoles: ["Portal.Admin"] });
    await control.clearRequests();
    const { id, count } = await started(admin, bench.identity);
    const view = await vi.waitFor(
      async () => {
        const now = await getRollout({ ctx: admin, id });
        if (now.state !== "finished") throw new Error(JSON.stringify(now.counts));
        return now;
      },
      { timeout: 40_000, interval: 200 },
    );
    expect([view.total, view.counts.ready, view.actsAs]).toEqual([count, count, "managedIdentity"]);
    expect(view.carrierName).toBe("The portal's managed identity");
    const writers = (await control.requests()).filter(({ method }) => method === "PUT").map(({ caller }) => caller?.oid);
    expect(new Set(writers)).toEqual(new Set([identityId]));
    const rows = await queryRows(
      store.db.session,
      sql`select action, payload::jsonb -> 'detail' ->> 'actsAs' as as_whom from audit_event where operation_id = ${id} and outcome = 'intent' order by seq`,
    );
    expect(rows.map(({ action, as_whom }) => [action, as_whom])).toEqual([
      ["rollout.start", "managedIdentity"],
      ["rollout.wave", "managedIdentity"],
    ]);
  });
});
