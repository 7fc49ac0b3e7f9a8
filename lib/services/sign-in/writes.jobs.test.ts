import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { queryRows } from "@/lib/db/query";
import { insertRollout, type NewRollout } from "@/lib/db/rollouts";
import { testEngines } from "@/lib/db/testing";
import type { DeployInput } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import { extensionFixture } from "@/lib/domain/machine-fixture";
import { INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { enableIdentity } from "../identity/enable";
import { getOperation } from "../operations/get";
import { resumeWaiting } from "../operations/resume";
import { ADA, createUseCaseBench, OWNER, READER, REF, type UseCaseBench, windowsMachine } from "../operations/testing";
import { watchOperation } from "../operations/watch";
import { deploySignIn } from "./deploy";
import { preflight } from "./preflight";
import { uninstallSignIn } from "./uninstall";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const BOB = { ...ADA, objectId: "10ca1a2e-0000-4000-8000-0000000000b0", name: "Bob" };

function input(over: Partial<DeployInput> = {}): DeployInput {
  return {
    extensionName: "AADLogin",
    mdmId: "",
    consent: true,
    overrides: [],
    typedMachineName: "",
    operationId: crypto.randomUUID(),
    ...over,
  };
}

describe.each(engines)("writes on $name", ({ open }) => {
  let bench: UseCaseBench;
  beforeEach(async () => {
    const { db, dispose } = await open();
    bench = createUseCaseBench(db);
    return dispose;
  });

  const deploy = (over: Partial<DeployInput> = {}, ctx = bench.ctx) =>
    deploySignIn({ ctx, runner: bench.runner, ref: REF, input: input(over) });
  const audit = async () =>
    queryRows(
      bench.ctx.db.session,
      sql`select action, outcome, payload::jsonb -> 'detail' as detail from audit_event order by seq`,
    );
  const stored = async () => (await queryRows(bench.ctx.db.session, sql`select count(*)::int as n from operation`))[0]?.n;

  it("refuses a machine that a roll-out is at work on: nothing is stored, nothing is sent", async () => {
    const { db } = bench.ctx;
    const { id: machineId, location } = windowsMachine();
    const target = { machineId, ...REF, location, osFamily: "windows" as const, extensionName: null };
    const rollout: NewRollout = {
      id: crypto.randomUUID(),
      tenantId: ADA.tenantId,
      name: "Branch offices",
      describedAs: "one machine",
      requestHash: "h",
      actsAs: "operator",
      operatorObjectId: BOB.objectId,
      operatorName: BOB.name,
      traceId: "trace",
      work: { kind: "windowsSignIn.uninstall" },
      plan: {} as NewRollout["plan"],
      targets: [target],
      waves: [{ number: 1, kind: "wave", size: 1 }],
    };
    await insertRollout(db.session, rollout, bench.ctx.clock.now());
    await db.session.execute(sql`update rollout_task set state = 'submitting'`);
    const error = await deploy().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "conflict", fields: [{ field: "runningRolloutId", message: rollout.id }] });
    expect([await stored(), await audit(), bench.azure.writes]).toEqual([0, [], []]);
  });
  const nothingHappened = async () => {
    expect(bench.azure.writes).toEqual([]);
    expect(await audit()).toEqual([]);
    expect(await stored()).toBe(0);
  };

  it("[C30] sends the documented request, with mdmId present though empty", async () => {
    const view = await deploy();
    expect(view).toMatchObject({
      state: "provisioning",
      kind: "extension.deploy",
      machineName: "WIN-1",
      extensionName: "AADLogin",
    });
    expect(bench.azure.writes).toEqual([
      {
        method: "PUT",
        name: "AADLogin",
        body: {
          location: "westeurope",
          properties: {
            publisher: "Microsoft.Azure.ActiveDirectory",
            type: "AADLoginForWindows",
            typeHandlerVersion: "2.1.0.0",
            autoUpgradeMinorVersion: true,
            settings: { mdmId: "" },
          },
        },
      },
    ]);
    expect(view.request.body).toEqual(bench.azure.writes[0]?.body);
  });

  it("stores the intent with the exact request before it is sent, and the outcome after", async () => {
    const put = bench.azure.clients.hybridCompute.putExtension;
    let before: unknown[] = [];
    bench.azure.clients.hybridCompute.putExtension = async (...args) => {
      before = await audit();
      return put(...args);
    };
    const view = await deploy({ mdmId: INTUNE_MDM_ID });
    expect(before).toMatchObject([
      { action: "extension.deploy", outcome: "intent", detail: { mdmId: INTUNE_MDM_ID, consent: true, request: view.request } },
    ]);
    await bench.advance(2_000);
    expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent", "done"]);
  });

  it("sends nothing when the audit cannot be written", async () => {
    await bench.ctx.db.session.execute(sql`alter table audit_event add constraint full_disk check (seq < 1)`);
    await expect(deploy()).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("nothing was sent") });
    await nothingHappened();
  });

  it.each([
    ["deployment", () => deploy()],
    [
      "removal",
      () =>
        uninstallSignIn({
          ctx: bench.ctx,
          runner: bench.runner,
          ref: REF,
          extensionName: "AADLogin",
          input: { typedMachineName: "WIN-1", operationId: crypto.randomUUID() },
        }),
    ],
    [
      "identity",
      () =>
        enableIdentity({
          ctx: bench.ctx,
          runner: bench.runner,
          ref: REF,
          input: { confirm: true, operationId: crypto.randomUUID() },
        }),
    ],
  ])("refuses a reader before anything is written: %s", async (_, act) => {
    bench.azure.permissions = [READER];
    await expect(act()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("Microsoft.HybridCompute/machines"),
    });
    await nothingHappened();
  });

  it("lets Azure decide when the rights cannot be read, and tells its refusal", async () => {
    bench.azure.clients.authorization.permissionsAtMachine = () =>
      Promise.reject(new AppError({ code: "upstream", message: "503" }));
    bench.azure.clients.hybridCompute.putExtension = () =>
      Promise.reject(
        new AppError({
          code: "forbidden",
          message: "Azure Resource Manager refused it",
          azure: {
            status: 403,
            code: "AuthorizationFailed",
            message: "no",
            requestId: "r9",
            correlationId: null,
            retryAfterSeconds: null,
            service: "arm",
          },
        }),
      );
    const view = await deploy();
    expect(view).toMatchObject({ state: "refused", azure: { code: "AuthorizationFailed", requestId: "r9" } });
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent", "refused"]);
  });

  it("sends nothing when a check blocks that may not be overruled", async () => {
    bench.azure.machine = windowsMachine({
      identity: { kind: "None", raw: "None", principalId: null, tenantId: null, userAssigned: [] },
    });
    await expect(deploy()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("identityPresent") });
    await expect(deploy({ overrides: ["identityPresent"], typedMachineName: "WIN-1" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await nothingHappened();
  });

  it("overrules a check only with the machine's name typed, and the audit says so", async () => {
    bench.azure.machine = windowsMachine({ domainName: "corp.example", detectedProperties: {} });
    const blocked = (
      await preflight({ ctx: bench.ctx, ref: REF, input: { extensionName: "AADLogin", mdmId: "" } })
    ).checks.filter((check) => check.overridable);
    expect(blocked.map((check) => check.id)).toEqual(["domainJoined"]);
    await expect(deploy()).rejects.toMatchObject({ code: "conflict" });
    await expect(deploy({ overrides: ["domainJoined"], typedMachineName: "win-1" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await nothingHappened();
    await deploy({ overrides: ["domainJoined"], typedMachineName: "WIN-1" });
    expect((await audit())[0]?.detail).toMatchObject({ overrides: ["domainJoined"], preflight: { domainJoined: "block" } });
    expect(bench.azure.writes).toHaveLength(1);
  });

  it("is one operation however often the same id is sent, also at the same time", async () => {
    const operationId = crypto.randomUUID();
    const views = await Promise.all([deploy({ operationId }), deploy({ operationId }), deploy({ operationId })]);
    await bench.advance(2_000);
    const again = await deploy({ operationId });
    expect(new Set([...views, again].map((view) => view.id))).toEqual(new Set([operationId]));
    expect(again.state).toBe("succeeded");
    expect(bench.azure.writes).toHaveLength(1);
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent", "done"]);
  });

  it("refuses the id of another person's operation", async () => {
    const operationId = crypto.randomUUID();
    await deploy({ operationId });
    await expect(deploy({ operationId }, bench.as(BOB))).rejects.toMatchObject({ code: "conflict" });
    expect(bench.azure.writes).toHaveLength(1);
  });

  it("refuses a second operation on a machine whose first has not ended", async () => {
    bench.azure.clients.hybridCompute.putExtension = () => new Promise(() => undefined);
    const operationId = crypto.randomUUID();
    void deploy({ operationId });
    await expect.poll(stored).toBe(1);
    await expect(deploy({}, bench.as(BOB))).rejects.toMatchObject({
      code: "conflict",
      fields: [{ field: "runningOperationId", message: operationId }],
    });
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent"]);
  });

  it("repeats after a stronger sign-in under the same id, with one intent", async () => {
    const put = bench.azure.clients.hybridCompute.putExtension;
    bench.azure.clients.hybridCompute.putExtension = () =>
      Promise.reject(new AppError({ code: "unauthenticated", message: "step up", claims: "e30=" }));
    const operationId = crypto.randomUUID();
    await expect(deploy({ operationId })).rejects.toMatchObject({ code: "unauthenticated", claims: "e30=" });
    bench.azure.clients.hybridCompute.putExtension = put;
    expect((await deploy({ operationId })).state).toBe("provisioning");
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent"]);
  });

  it("lets the same person decide anew after a stronger sign-in that was never given, and nobody else", async () => {
    const put = bench.azure.clients.hybridCompute.putExtension;
    bench.azure.clients.hybridCompute.putExtension = () =>
      Promise.reject(new AppError({ code: "unauthenticated", message: "step up", claims: "e30=" }));
    const first = crypto.randomUUID();
    await expect(deploy({ operationId: first })).rejects.toMatchObject({ code: "unauthenticated" });
    bench.azure.clients.hybridCompute.putExtension = put;
    await expect(deploy({}, { ...bench.ctx, operator: BOB })).rejects.toMatchObject({ code: "conflict" });
    expect((await deploy({ extensionName: "Again" })).state).toBe("provisioning");
    expect(bench.azure.writes).toMatchObject([{ name: "Again" }]);
    expect((await getOperation({ ctx: bench.ctx, id: first })).state).toBe("canceled");
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent", "failed", "intent"]);
  });

  it("[C31] writes a missing mdmId as a repair", async () => {
    bench.azure.extension = extensionFixture({ settings: {} });
    const view = await deploy();
    expect(view.kind).toBe("extension.repair");
    expect(bench.azure.writes[0]).toMatchObject({ method: "PUT", body: { properties: { settings: { mdmId: "" } } } });
  });

  it("sends a repair again when its answer was lost and Azure still shows the old settings", async () => {
    bench.azure.extension = extensionFixture({ settings: {} });
    const put = bench.azure.clients.hybridCompute.putExtension;
    bench.azure.clients.hybridCompute.putExtension = () => Promise.reject(new AppError({ code: "upstream", message: "reset" }));
    const view = await deploy();
    expect(view.state).toBe("unknown");
    bench.azure.clients.hybridCompute.putExtension = put;
    await bench.advance(5_000);
    expect(bench.azure.writes).toHaveLength(1);
    await bench.advance(2_000);
    expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
  });

  it("adopts a deployment whose answer was lost though Azure took it", async () => {
    const put = bench.azure.clients.hybridCompute.putExtension;
    bench.azure.clients.hybridCompute.putExtension = async (...args) => {
      await put(...args);
      throw new AppError({ code: "upstream", message: "reset" });
    };
    const view = await deploy();
    await bench.advance(5_000);
    expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
    expect(bench.azure.writes).toHaveLength(1);
    expect((await audit()).map((row) => row.outcome)).toEqual(["intent", "unknown", "done"]);
  });

  it("decodes a failure from the extension's instance view", async () => {
    const put = bench.azure.clients.hybridCompute.putExtension;
    bench.azure.clients.hybridCompute.putExtension = async (...args) => {
      const start = await put(...args);
      const message = "Extension returned non-zero exit code: Extension Exit Code: 51";
      bench.azure.extension = extensionFixture({
        provisioningState: "Failed",
        instanceView: { code: "51", level: "Error", displayStatus: null, message, time: null },
      });
      return start;
    };
    const view = await deploy();
    await bench.advance(2_000);
    expect(await getOperation({ ctx: bench.ctx, id: view.id })).toMatchObject({ state: "failed", failure: { exitCode: "51" } });
  });

  describe("removal", () => {
    const remove = (typedMachineName: string, extensionName = "AADLogin") =>
      uninstallSignIn({
        ctx: bench.ctx,
        runner: bench.runner,
        ref: REF,
        extensionName,
        input: { typedMachineName, operationId: crypto.randomUUID() },
      });

    it("needs the machine's name typed exactly", async () => {
      bench.azure.extension = extensionFixture();
      await expect(remove("win-1")).rejects.toMatchObject({ code: "invalid_input" });
      await nothingHappened();
      const view = await remove("WIN-1");
      await bench.advance(2_000);
      expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
      expect(bench.azure.writes).toEqual([{ method: "DELETE", name: "AADLogin", body: null }]);
    });

    it("refuses what is not there and what is no sign-in extension", async () => {
      await expect(remove("WIN-1")).rejects.toMatchObject({ code: "not_found" });
      bench.azure.extension = extensionFixture({ name: "Monitor", publisher: "Other", type: "Agent" });
      await expect(remove("WIN-1", "Monitor")).rejects.toMatchObject({ code: "conflict" });
      await nothingHappened();
    });
  });

  describe("identity", () => {
    const enable = () =>
      enableIdentity({
        ctx: bench.ctx,
        runner: bench.runner,
        ref: REF,
        input: { confirm: true, operationId: crypto.randomUUID() },
      });

    it("switches it on and confirms it by a look", async () => {
      bench.azure.machine = windowsMachine({
        identity: { kind: "None", raw: "None", principalId: null, tenantId: null, userAssigned: [] },
      });
      const view = await enable();
      await bench.advance(0);
      expect(bench.azure.writes).toEqual([{ method: "PATCH", name: null, body: { identity: { type: "SystemAssigned" } } }]);
      expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
    });

    it("refuses when it is on already", async () => {
      await expect(enable()).rejects.toMatchObject({ code: "conflict" });
      await nothingHappened();
    });
  });

  describe("reading an operation", () => {
    it("never shows the signed address", async () => {
      const view = await deploy();
      expect(JSON.stringify(await getOperation({ ctx: bench.ctx, id: view.id }))).not.toContain("signed-secret");
    });

    it("is not found for another tenant, and for a person who may not read the machine's extensions", async () => {
      const view = await deploy();
      const stranger = bench.as({ ...BOB, tenantId: "other" });
      await expect(getOperation({ ctx: stranger, id: view.id })).rejects.toMatchObject({ code: "not_found" });
      bench.azure.permissions = [];
      await expect(getOperation({ ctx: bench.as(BOB), id: view.id })).rejects.toMatchObject({ code: "not_found" });
      bench.azure.permissions = [READER];
      expect((await getOperation({ ctx: bench.as(BOB), id: view.id })).id).toBe(view.id);
    });

    it("streams each change until the end", async () => {
      const view = await deploy();
      const states: string[] = [];
      const stream = watchOperation({ ctx: bench.ctx, runner: bench.runner, id: view.id });
      for await (const next of stream) {
        if (next !== null) states.push(next.state);
        if (next?.state === "provisioning") await bench.advance(2_000);
      }
      expect(states).toEqual(["provisioning", "succeeded"]);
    });
  });

  it("is carried on by another operator with the right, and by nobody without", async () => {
    const view = await deploy();
    bench.access.forget({ tenantId: ADA.tenantId, carrierObjectId: ADA.objectId } as never);
    await bench.advance(40_000);
    expect((await getOperation({ ctx: bench.ctx, id: view.id })).waitingFor).toBe("an operator to sign in");
    const bob = bench.as(BOB);
    const resume = () => resumeWaiting({ db: bob.db, azure: bob.azure, operator: BOB, clock: bob.clock });
    bench.azure.permissions = [READER];
    expect(await resume()).toBe(0);
    bench.azure.permissions = [OWNER];
    expect(await resume()).toBe(1);
    await bench.advance(0);
    expect((await getOperation({ ctx: bench.ctx, id: view.id })).state).toBe("succeeded");
  });
});
