import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { signIn } from "../testing/browser.ts";
import { type ControlClient, createControlClient } from "../testing/control-client.ts";
import { CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID } from "../world/types.ts";

const OLIVIA = "olivia.operator@contoso.example";
const START_MS = Date.UTC(2026, 6, 16, 8, 0, 0);
const DAY_MS = 86_400_000;

let azure: LocalAzure;
let control: ControlClient;
let wallMs: number;

beforeAll(async () => {
  wallMs = Date.now();
  azure = await startLocalAzure({
    machines: 30,
    nowMs: START_MS,
    wallNowMs: () => wallMs,
    options: { latencyMs: 0, extensionQueuedMs: 7 },
  });
  control = createControlClient(azure.controlOrigin);
});
afterAll(async () => {
  await azure.close();
});
beforeEach(async () => {
  await control.reset({ machines: 30, seed: 1, nowMs: START_MS });
  await control.clearRequests();
});

async function armGet(path: string, upn = OLIVIA) {
  const token = await control.token({ upn, resource: "arm" });
  return fetch(azure.origin + path, { headers: { authorization: `Bearer ${token}` } });
}

describe("state", () => {
  it("names cloud, seed, fleet, clock, tenants and every persona with a sign-in name", async () => {
    const state = await control.state();
    expect(state).toMatchObject({ cloud: "public", seed: 1, machines: 30, nowMs: START_MS, now: "2026-07-16T08:00:00.000Z" });
    expect(state.tenants.map((tenant) => tenant.id)).toEqual([CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID]);
    const olivia = state.personas.find((persona) => persona.signInName === OLIVIA);
    expect(olivia).toMatchObject({ key: "olivia.operator", tenantId: CONTOSO_TENANT_ID, displayName: "Olivia Operator" });
    expect(olivia?.purpose.length).toBeGreaterThan(20);
  });
});

describe("clock", () => {
  it("advances and sets, and the world is settled to it", async () => {
    expect(await control.advanceClock(90 * DAY_MS)).toBe(START_MS + 90 * DAY_MS);
    expect(azure.world.time.nowMs).toBe(START_MS + 90 * DAY_MS);
    expect(await control.setClock("2026-01-01T00:00:00Z")).toBe(Date.UTC(2026, 0, 1));
    expect(await control.setClock(START_MS)).toBe(START_MS);
    expect(await control.nowMs()).toBe(START_MS);
  });

  it("refuses what is no time", async () => {
    await expect(control.setClock("tomorrow")).rejects.toThrow("answered 400");
  });
});

describe("reset", () => {
  it("restores clock, options of the start, quotas and the world, and removes faults", async () => {
    await control.advanceClock(DAY_MS);
    await control.setOptions({ extensionQueuedMs: 99, resourceGraphLagMs: 5 });
    await control.addFault({ match: {}, effect: { kind: "reset" } });
    await control.patchMachine(azure.world.machines[0]?.name ?? "", { status: "Paused" });
    await control.reset();
    const state = await control.state();
    expect(state).toMatchObject({ nowMs: START_MS, faults: [] });
    expect(state.options.extensionQueuedMs).toBe(7);
    expect(state.options).not.toHaveProperty("resourceGraphLagMs");
    expect(azure.world.machines[0]?.forcedStatus).toBeNull();
  });

  it("takes another size and seed, and the running instance serves the new world", async () => {
    const before = azure.world.machines.map((machine) => machine.name).join();
    await control.reset({ machines: 40, seed: 9 });
    expect(azure.world.machines.map((machine) => machine.name).join()).not.toBe(before);
    expect(await control.state()).toMatchObject({ machines: 40, seed: 9 });
    const subscriptions = (await (await armGet("/subscriptions?api-version=2022-12-01")).json()) as { value: unknown[] };
    expect(subscriptions.value.length).toBe(azure.world.subscriptions.filter((row) => row.tenantId === CONTOSO_TENANT_ID).length);
  });

  it("keeps sign-ins, so that a signed-in browser goes on", async () => {
    const session = await signIn(azure.origin, { upn: OLIVIA, tenant: CONTOSO_TENANT_ID });
    await control.reset();
    expect((await session.redeem()).status).toBe(200);
  });

  it("refuses a fleet below 25 and above 100,000, and unknown names", async () => {
    await expect(control.reset({ machines: 24 })).rejects.toThrow("'machines' is a whole number from 25 to 100000");
    await expect(control.reset({ machines: 100_001 })).rejects.toThrow("answered 400");
    const response = await fetch(`${azure.controlOrigin}/reset`, { method: "POST", body: '{"machine":30}' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("unknown name 'machine'")]);
  });
});

describe("servers that come together", () => {
  it("are read in Resource Manager at once, and a group that exists is refused", async () => {
    await control.reset();
    const subscriptionId = azure.world.machines[0]?.subscriptionId ?? "";
    const names = await control.addMachines({ subscriptionId, resourceGroup: "rg-batch", count: 3 });
    expect(names).toEqual(["batch-0001", "batch-0002", "batch-0003"]);
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-batch/providers/Microsoft.HybridCompute`;
    const list = (await (await armGet(`${group}/machines?api-version=2025-01-13`)).json()) as { value: { name: string }[] };
    expect(list.value.map(({ name }) => name)).toEqual(names);
    await expect(control.addMachines({ subscriptionId, resourceGroup: "RG-BATCH", count: 1 })).rejects.toThrow("exists");
    await expect(control.addMachines({ subscriptionId, resourceGroup: "a/b", count: 1 })).rejects.toThrow("is a name of letters");
  });
});

describe("snapshot and restore", () => {
  it("bring back world, clock and options, as often as wanted", async () => {
    const [machine] = azure.world.machines;
    const id = await control.snapshot();
    for (let round = 0; round < 2; round += 1) {
      await control.patchMachine(machine?.name ?? "", { status: "Paused" });
      await control.setOptions({ extensionQueuedMs: 55 });
      await control.advanceClock(DAY_MS);
      expect(azure.world.machines[0]?.forcedStatus).toBe("Paused");
      await control.restore(id);
      expect(azure.world.machines[0]?.forcedStatus).toBeNull();
      expect(await control.nowMs()).toBe(START_MS);
      expect((await control.options()).extensionQueuedMs).toBe(7);
    }
  });

  it("refuse an unknown id", async () => {
    await expect(control.restore("none")).rejects.toThrow("There is no snapshot 'none'");
  });
});

describe("options", () => {
  it("change and show", async () => {
    expect(await control.setOptions({ armBucketFactor: 0.5, requireAcrs: { arm: "c1" } })).toMatchObject({
      armBucketFactor: 0.5,
      requireAcrs: { arm: "c1" },
    });
    const response = await fetch(`${azure.controlOrigin}/options`, { method: "PATCH", body: '{"speed":1}' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("no option named 'speed'")]);
  });
});

describe("faults", () => {
  it("are added, shown with their counts, and removed one by one or all", async () => {
    const id = await control.addFault({ match: { face: "arm" }, effect: { kind: "respond", status: 503 }, times: 1 });
    await control.addFault({ match: { face: "graph" }, effect: { kind: "dropNextLink" } });
    expect((await armGet("/tenants?api-version=2022-12-01")).status).toBe(503);
    expect((await armGet("/tenants?api-version=2022-12-01")).status).toBe(200);
    expect((await control.faults()).find((fault) => fault.id === id)).toMatchObject({ matched: 2, applied: 1 });
    await control.removeFault(id);
    expect(await control.faults()).toHaveLength(1);
    await control.clearFaults();
    expect(await control.faults()).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["an unknown effect", { effect: { kind: "explode" } }, "'effect.kind' is one of"],
    ["an effect without its number", { effect: { kind: "respond" } }, "needs 'status'"],
    ["a status that is none", { effect: { kind: "respond", status: 42 } }, "'status' is a whole number"],
    ["a name the effect does not have", { effect: { kind: "reset", ms: 1 } }, "has no 'ms'"],
    ["a face that is none", { match: { face: "portal" }, effect: { kind: "reset" } }, "'match.face' is one of"],
    ["a broken pattern", { match: { path: "(" }, effect: { kind: "reset" } }, "regular expression"],
    ["a number of times below 1", { effect: { kind: "reset" }, times: 0 }, "'times' is a whole number"],
    ["no effect", {}, "'effect' is an object"],
    ["a list", [], "JSON object"],
  ])("refuse %s", async (_name, rule, sentence) => {
    const response = await fetch(`${azure.controlOrigin}/faults`, { method: "POST", body: JSON.stringify(rule) });
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      400,
      expect.stringContaining(sentence),
    ]);
    expect(await control.faults()).toEqual([]);
  });
});

describe("requests", () => {
  it("are listed by number, face and path, survive a reset, and go on counting after they are cleared", async () => {
    await armGet("/tenants?api-version=2022-12-01");
    await armGet("/subscriptions?api-version=2022-12-01");
    await control.reset();
    const all = await control.requests();
    expect(all.map((row) => [row.method, row.path, row.status])).toEqual([
      ["GET", "/tenants", 200],
      ["GET", "/subscriptions", 200],
    ]);
    expect(await control.requests({ since: all[0]?.seq ?? 0 })).toHaveLength(1);
    expect(await control.requests({ path: "/tenants" })).toHaveLength(1);
    expect(await control.requests({ face: "graph" })).toEqual([]);
    await control.clearRequests();
    await armGet("/tenants?api-version=2022-12-01");
    expect((await control.requests())[0]?.seq).toBe((all[1]?.seq ?? 0) + 1);
  });
});

describe("sign-ins, keys and accounts", () => {
  it("revokes one person's sign-ins only", async () => {
    const rene = await control.token({ upn: "rene.reader@contoso.example", resource: "arm" });
    const olivia = await control.token({ upn: OLIVIA, resource: "arm" });
    expect(await control.revokeSessions(OLIVIA)).toBeGreaterThanOrEqual(1);
    const ask = (token: string) =>
      fetch(`${azure.origin}/tenants?api-version=2022-12-01`, { headers: { authorization: `Bearer ${token}` } });
    expect([(await ask(olivia)).status, (await ask(rene)).status]).toEqual([401, 200]);
    await control.revokeSessions();
    expect((await ask(rene)).status).toBe(401);
    await expect(control.revokeSessions("nobody@contoso.example")).rejects.toThrow("There is no user");
  });

  it("rotates the signing key; tokens of the key before are accepted, those of the one before that are not", async () => {
    const token = await control.token({ upn: OLIVIA, resource: "arm" });
    const ask = () => fetch(`${azure.origin}/tenants?api-version=2022-12-01`, { headers: { authorization: `Bearer ${token}` } });
    const kid = await control.rotateKeys();
    const keys = (await (await fetch(`${azure.origin}/common/discovery/v2.0/keys`)).json()) as { keys: { kid: string }[] };
    expect(keys.keys.map((key) => key.kid)).toEqual([kid, expect.any(String)]);
    expect((await ask()).status).toBe(200);
    await control.rotateKeys();
    expect((await ask()).status).toBe(401);
  });

  it("switches an account off, which ends its sign-ins, and on", async () => {
    const token = await control.token({ upn: OLIVIA, resource: "arm" });
    await control.setAccountEnabled(OLIVIA, false);
    expect(azure.world.users.find((user) => user.userPrincipalName === OLIVIA)?.accountEnabled).toBe(false);
    const ask = await fetch(`${azure.origin}/tenants?api-version=2022-12-01`, { headers: { authorization: `Bearer ${token}` } });
    expect(ask.status).toBe(401);
    await control.setAccountEnabled(OLIVIA, true);
    await expect(control.setAccountEnabled("nobody", false)).rejects.toThrow("answered 404");
  });

  it("gives a guest's token for the tenant that is asked for", async () => {
    const token = await control.token({ upn: "gus.guest@fabrikam.example", resource: "api", tenantId: FABRIKAM_TENANT_ID });
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { tid: string };
    expect(claims.tid).toBe(FABRIKAM_TENANT_ID);
    await expect(control.token({ upn: OLIVIA, resource: "arm", tenantId: FABRIKAM_TENANT_ID })).rejects.toThrow(
      "There is no user",
    );
  });
});

describe("machines", () => {
  it("change by name and refuse names nobody has", async () => {
    const name = azure.world.machines[3]?.name ?? "";
    await control.patchMachine(name.toUpperCase(), { extensionOutcome: { kind: "stuckCreating" } });
    expect(azure.world.machines[3]?.extensionOutcome).toEqual({ kind: "stuckCreating" });
    await expect(control.patchMachine("nothing-here", {})).rejects.toThrow("There is no machine 'nothing-here'");
  });
});

describe("who may ask", () => {
  it("nobody behind another host name and no web page", async () => {
    const origin = await fetch(`${azure.controlOrigin}/state`, { headers: { origin: "http://localhost:3000" } });
    expect(origin.status).toBe(403);
    const { request } = await import("node:http");
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const url = new URL(azure.controlOrigin);
      request({ host: url.hostname, port: url.port, path: "/state", headers: { host: "evil.example" } }, (answer) =>
        resolve(answer.statusCode),
      )
        .once("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it("an unknown call gets the list of calls", async () => {
    const response = await fetch(`${azure.controlOrigin}/everything`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("POST /reset")]);
  });
});
