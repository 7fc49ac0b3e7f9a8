import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientFixture, createClientFixture } from "@/lib/azure/client-fixture";
import type { AzureClientsArgs } from "@/lib/azure/clients";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { DeployInput, OperationView } from "@/lib/domain/api";
import { type MachineRef, parseMachineId } from "@/lib/domain/machine";
import { isFinal } from "@/lib/domain/operation-state";
import { OperationRunner } from "@/lib/jobs/operation-runner";
import type { FaultRule } from "../../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { enableIdentity } from "../identity/enable";
import { OperatorAccess } from "../operations/access";
import { getOperation } from "../operations/get";
import { ADA, quiet } from "../operations/testing";
import { deploySignIn } from "./deploy";
import { uninstallSignIn } from "./uninstall";

const OPERATOR = "olivia.operator@contoso.example";
const READER = "rene.reader@contoso.example";
const STEP_MS = 20_000;

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let store: TestDatabase;
let refs: Map<string, MachineRef>;
let clean: string;
let runner: OperationRunner;
let access: OperatorAccess;
let nowMs: number;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
  store = await emptyTestDatabase();
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name";
  const { rows } = await fixture.clientsFor(OPERATOR).resourceGraph.query({ query });
  refs = new Map(
    rows.flatMap((row) => {
      const ref = parseMachineId(String(row.id));
      return ref === null ? [] : [[String(row.name), ref] as const];
    }),
  );
  clean = await control.snapshot();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  await control.restore(clean);
  await control.clearFaults();
  await control.clearRequests();
  await store.db.session.execute(sql`delete from operation`);
  nowMs = Date.parse("2026-11-21T10:00:00Z");
  access = new OperatorAccess(() => nowMs);
  runner = new OperationRunner({ db: store.db, access, now: () => new Date(nowMs), log: quiet });
});

function as(upn: string, changes: Partial<AzureClientsArgs> = {}): ServiceContext {
  const operator = { ...ADA, objectId: upn, name: upn, tenantId: fixture.config.tenantId };
  const clients = () => fixture.clientsFor(upn, { attemptTimeoutMs: 1_000, ...changes });
  access.remember(operator, nowMs + 24 * 3_600_000, clients);
  return {
    operator,
    azure: clients(),
    db: store.db,
    config: fixture.config,
    clock: { now: () => new Date(nowMs) },
    log: quiet,
    traceId: "trace",
    signal: new AbortController().signal,
  };
}

function refOf(name: string): MachineRef {
  const ref = refs.get(name);
  if (ref === undefined) throw new Error(`no machine ${name}`);
  return ref;
}

const deploy = (ctx: ServiceContext, name: string, over: Partial<DeployInput> = {}) =>
  deploySignIn({
    ctx,
    runner,
    ref: refOf(name),
    input: {
      extensionName: "AADLogin",
      mdmId: "",
      consent: true,
      overrides: [],
      typedMachineName: "",
      operationId: crypto.randomUUID(),
      ...over,
    },
  });

/** Lets time pass in the portal and in local Azure until the operation ends. */
async function end(ctx: ServiceContext, view: OperationView, rounds = 30): Promise<OperationView> {
  let current = view;
  for (let round = 0; round < rounds && !isFinal(current.state); round++) {
    nowMs += STEP_MS;
    await control.advanceClock(STEP_MS);
    await runner.tick();
    current = await getOperation({ ctx, id: view.id });
  }
  return current;
}

const writes = async (method: string) =>
  (await control.requests({ face: "arm" })).filter((exchange) => exchange.method === method);
const onPut = (effect: FaultRule["effect"], over: Partial<FaultRule> = {}) =>
  control.addFault({ match: { face: "arm", method: "PUT", path: "/extensions/" }, effect, times: 1, ...over });
const onGet = (path: string, effect: FaultRule["effect"], over: Partial<FaultRule> = {}) =>
  control.addFault({ match: { face: "arm", method: "GET", path }, effect, times: 1, ...over });

describe("deploying against local Azure", () => {
  it("succeeds with one PUT of the documented request", async () => {
    const ctx = as(OPERATOR);
    const done = await end(ctx, await deploy(ctx, "ams-app-0001"));
    expect(done).toMatchObject({ state: "succeeded", failure: null, azure: null });
    const puts = await writes("PUT");
    expect(puts).toHaveLength(1);
    expect(new URL(done.request.url).searchParams.get("api-version")).toBe("2025-01-13");
  });

  it("[C60] decodes the failure of a machine that cannot reach the registration service", async () => {
    const ctx = as(OPERATOR);
    const done = await end(ctx, await deploy(ctx, "ams-net-0015"));
    expect(done).toMatchObject({ state: "failed", failure: { exitCode: "-2145648607", name: "DSREG_AUTOJOIN_DISC_FAILED" } });
  });

  it("sends nothing to a machine whose system the extension does not support", async () => {
    await expect(deploy(as(OPERATOR), "fra-f51-0047")).rejects.toMatchObject({
      code: "conflict",
      fields: [{ field: "preflight.osBuild" }],
    });
    expect(await writes("PUT")).toEqual([]);
  });

  it("refuses a reader before anything is sent", async () => {
    await expect(deploy(as(READER), "ams-app-0001")).rejects.toMatchObject({ code: "forbidden" });
    expect(await writes("PUT")).toEqual([]);
  });

  it.each([
    ["the connection breaks after Azure took the request", { kind: "resetAfterHandling" }],
    ["the answer is cut off", { kind: "truncate", bytes: 20 }],
    ["Azure is silent for longer than the portal waits", { kind: "silence", ms: 30_000 }],
  ] as const)("adopts what Azure took or sends again, never twice: %s", async (_, effect) => {
    const ctx = as(OPERATOR, { writeTimeoutMs: 2_000 });
    await onPut(effect);
    const view = await deploy(ctx, "ams-app-0001");
    expect(["unknown", "provisioning"]).toContain(view.state);
    const done = await end(ctx, view);
    expect(done.state).toBe("succeeded");
    const accepted = (await writes("PUT")).filter(
      (exchange) => exchange.status === 200 || exchange.status === 201 || exchange.status === 202,
    );
    expect(accepted).toHaveLength(1);
  });

  it.each([500, 502, 503])("after HTTP %i asks Azure and then sends again, because nothing is there", async (status) => {
    const ctx = as(OPERATOR);
    await onPut({
      kind: "respond",
      status,
      body: status === 502 ? "<html>Bad gateway</html>" : { error: { code: "X", message: "later" } },
    });
    const view = await deploy(ctx, "ams-app-0001");
    expect(view.state).toBe("unknown");
    expect((await end(ctx, view)).state).toBe("succeeded");
    expect(await writes("PUT")).toHaveLength(2);
  });

  it("waits out a 429 on the PUT by itself", async () => {
    const ctx = as(OPERATOR);
    await onPut({
      kind: "respond",
      status: 429,
      headers: { "retry-after": "3" },
      body: { error: { code: "TooManyRequests", message: "slow" } },
    });
    expect((await end(ctx, await deploy(ctx, "ams-app-0001"))).state).toBe("succeeded");
  });

  it.each([
    ["503 bursts", { kind: "respond", status: 503, body: {} }, 8],
    ["resets", { kind: "reset" }, 6],
    ["cut answers", { kind: "truncate", bytes: 5 }, 6],
  ] as const)("bears %s while polling", async (_, effect, times) => {
    const ctx = as(OPERATOR);
    const view = await deploy(ctx, "ams-app-0001");
    await onGet("operationstatus|operationresults", effect, { times });
    expect((await end(ctx, view)).state).toBe("succeeded");
    expect(await writes("PUT")).toHaveLength(1);
  });

  it("bears an extension that flickers between 404 and there", async () => {
    const ctx = as(OPERATOR);
    const view = await deploy(ctx, "ams-app-0001");
    await onGet(
      "/extensions/AADLogin",
      { kind: "respond", status: 404, body: { error: { code: "ResourceNotFound", message: "no" } } },
      { times: 2, every: 1 },
    );
    expect((await end(ctx, view)).state).toBe("succeeded");
  });

  it("reports the failure of an extension whose operation said Succeeded", async () => {
    const ctx = as(OPERATOR);
    const view = await deploy(ctx, "ams-app-0001");
    await onGet("/extensions/AADLogin", { kind: "patchJson", set: { "properties.provisioningState": "Failed" } }, { times: 5 });
    expect((await end(ctx, view)).state).toBe("failed");
  });
});

describe("the other writes against local Azure", () => {
  it("switches an identity on, deploys, and removes it again", async () => {
    const ctx = as(OPERATOR);
    const ref = refOf("ams-noid-0014");
    const identity = await enableIdentity({ ctx, runner, ref, input: { confirm: true, operationId: crypto.randomUUID() } });
    expect((await end(ctx, identity)).state).toBe("succeeded");
    expect((await end(ctx, await deploy(ctx, "ams-noid-0014"))).state).toBe("succeeded");
    const input = { typedMachineName: "ams-noid-0014", operationId: crypto.randomUUID() };
    const removal = await uninstallSignIn({ ctx, runner, ref, extensionName: "AADLogin", input });
    expect((await end(ctx, removal)).state).toBe("succeeded");
    expect(await ctx.azure.hybridCompute.getExtension(ref, "AADLogin")).toBeNull();
  });

  it("leaves an unbroken audit with an end for every intent", async () => {
    const { ok } = await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null });
    expect(ok).toBe(true);
    const open = await queryRows(
      store.db.session,
      sql`select operation_id from audit_event group by operation_id having count(*) filter (where outcome = 'intent') <> count(*) filter (where outcome in ('done', 'failed', 'refused'))`,
    );
    expect(open).toEqual([]);
  });
});
