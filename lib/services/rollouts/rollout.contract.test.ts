import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { findRollout } from "@/lib/db/rollouts";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { RolloutPreflight, RolloutView, StartRolloutInput, TargetChoice, TaskView } from "@/lib/domain/rollout/api";
import { INSTALL } from "@/lib/domain/rollout/plan-fixture";
import type { Work } from "@/lib/domain/rollout/types";
import type { MachineRecord } from "../../../emulator/control/control-extensions";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { OPERATOR, OWNER, READER } from "../access/testing";
import type { ServiceContext } from "../context";
import { OperatorAccess } from "../operations/access";
import { actOnRollout } from "./actions";
import { carryRollouts } from "./carry";
import { getRollout } from "./get";
import { preflightRollout } from "./preflight";
import { startRollout } from "./start";
import { listTasks } from "./tasks";
import { createRolloutBench, plan, type RolloutBench } from "./testing";

const USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";

let azure: LocalAzure;
let control: ControlClient;
let store: TestDatabase;
let bench: RolloutBench;
let clean: string;
let ctx: ServiceContext;
/** Ids of branch machines by name. */
let ids: Map<string, string>;

beforeAll(async () => {
  azure = await startLocalAzure({
    machines: 60,
    branches: 200,
    options: { enforceQuotas: false, extensionQueuedMs: 50, extensionRunningMs: 100, deviceRegistrationMs: 100 },
  });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  clean = await control.snapshot();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  await control.restore(clean);
  await control.clearFaults();
  await control.setOptions({ extensionRunningMs: 100, directoryReadDeniedTo: [], requireMfaForWrites: false });
  await store.db.session.execute(sql`delete from rollout`);
  bench = await createRolloutBench({ origin: azure.origin, token: control.token }, store.db);
  ctx = await bench.signIn(OPERATOR);
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name | order by id asc";
  const { rows } = await ctx.azure.resourceGraph.query({ query });
  ids = new Map(rows.map((row) => [String(row.name), String(row.id)]));
  await control.clearRequests();
});
afterEach(() => bench.runner.stop());

function choice(names: readonly string[]): TargetChoice {
  const machineIds = names.map((name) => ids.get(name) ?? `no machine ${name}`);
  return { by: "machines", machineIds, describedAs: `${names.length} machines` };
}

const branch = (prefix: string, from: number, to: number) =>
  Array.from(
    { length: to - from + 1 },
    (_, index) => `${prefix}-brn-${String(from + index).padStart(prefix === "lin" ? 2 : 4, "0")}`,
  );

type Started = { id: string; preflight: RolloutPreflight };

async function begin(work: Work, names: readonly string[], over: Partial<StartRolloutInput> = {}): Promise<Started> {
  const input = { work, targets: choice(names), plan: over.plan ?? plan() };
  const preflight = await preflightRollout({ ctx, identity: null, input });
  const start: StartRolloutInput = {
    ...input,
    id: randomUUID(),
    name: "Branch offices",
    stamp: preflight.stamp,
    includeConfirm: true,
    typedCount: preflight.counts.ready + preflight.counts.confirm,
    actsAs: "operator",
    ...over,
  };
  const outcome = await startRollout({ ctx, runner: bench.runner, identity: null, input: start });
  if (!outcome.ok) throw outcome.error;
  // Only now the engine begins, so that what is recorded is all its own.
  await control.clearRequests();
  await bench.runner.start();
  return { id: start.id, preflight };
}

async function tasksOf(id: string): Promise<Map<string, TaskView>> {
  const tasks = new Map<string, TaskView>();
  let cursor: string | undefined;
  do {
    const page = await listTasks({ ctx, id, query: cursor === undefined ? {} : { cursor } });
    for (const task of page.tasks) tasks.set(task.machineName, task);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return tasks;
}

function until(id: string, when: (view: RolloutView) => boolean): Promise<RolloutView> {
  return vi.waitFor(
    async () => {
      const view = await getRollout({ ctx, id });
      if (!when(view)) throw new Error(`still ${view.state} ${view.waitingFor ?? ""}: ${JSON.stringify(view.counts)}`);
      return view;
    },
    { timeout: 60_000, interval: 200 },
  );
}

const finished = (view: RolloutView) => view.state === "finished";
const codes = (tasks: Map<string, TaskView>, names: readonly string[]) =>
  names.map((name) => [tasks.get(name)?.state, tasks.get(name)?.outcome?.cause ?? null, tasks.get(name)?.outcome?.code]);

async function held(): Promise<Map<string, MachineRecord>> {
  return new Map((await control.extensions()).map((record) => [record.name, record]));
}

async function auditOf(id: string): Promise<string[]> {
  const rows = await queryRows(
    store.db.session,
    sql`select action, outcome from audit_event where operation_id = ${id} order by seq`,
  );
  expect((await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null })).ok).toBe(true);
  return rows.map(({ action, outcome }) => `${action} ${outcome}`);
}

/** Requests by people's tokens since the last clear, by method and kind. */
async function writes(): Promise<{ method: string; path: string; body: unknown }[]> {
  const all = await control.requests();
  return all
    .filter(({ method, path }) => method !== "GET" && path.includes("/machines/"))
    .map(({ method, path, requestBody }) => ({ method, path, body: requestBody === "" ? null : JSON.parse(requestBody) }));
}

describe("installing Entra sign-in on 60 machines", () => {
  const good = [...branch("arn", 1, 40), ...branch("cor", 106, 110)];
  const blocked = branch("ber", 51, 60);
  const odd = branch("cor", 101, 105);

  it("[C75] [C30] [C31] [C32] says of each machine what Azure holds, sends what the preflight showed and asks little", async () => {
    const { id, preflight } = await begin(INSTALL, [...good, ...blocked, ...odd]);
    const view = await until(id, finished);
    const asked = (await control.tally()).reduce((sum, { count }) => sum + count, 0);
    const tasks = await tasksOf(id);
    expect(new Set(codes(tasks, good).map(String))).toEqual(new Set(["ready,,canSignIn"]));
    expect(new Set(codes(tasks, blocked).map(String))).toEqual(new Set(["failed,endpointBlocked,discoveryFailed"]));
    expect(codes(tasks, odd)).toEqual([
      ["notReady", "other", "noDeviceObject"],
      ["notReady", "joinConflict", "joinConflict"],
      ["failed", "deviceName", "hostnameDuplicate"],
      ["failed", "deviceName", "hostnameDuplicate"],
      ["failed", "identityMissing", "msiTenantIdUnavailable"],
    ]);
    const azureHolds = await held();
    for (const [name, task] of tasks) {
      const record = azureHolds.get(name);
      const succeeded = record?.extensions.some(({ provisioningState }) => provisioningState === "Succeeded");
      expect([name, succeeded]).toEqual([name, task.state !== "failed"]);
      expect([record?.puts, record?.overlapping]).toEqual([1, 0]);
    }
    const sent = await writes();
    for (const { path, body } of sent) {
      expect(path).toMatch(/\/extensions\/AADLogin$/);
      expect(body).toEqual({
        location: "westeurope",
        properties: {
          publisher: "Microsoft.Azure.ActiveDirectory",
          type: "AADLoginForWindows",
          typeHandlerVersion: "2.1.0.0",
          autoUpgradeMinorVersion: true,
          settings: { mdmId: "" },
        },
      });
    }
    expect(new Set(sent.map(({ method, body }) => JSON.stringify([method, body])))).toEqual(
      new Set([JSON.stringify([preflight.request?.method, preflight.request?.body])]),
    );
    expect(preflight.request?.url).toContain(sent.find(({ path }) => preflight.request?.url.includes(path))?.path ?? "nothing");
    expect(asked / view.total).toBeLessThan(3);
    expect(view.causes.map(({ cause, count }) => [cause, count])).toContainEqual(["endpointBlocked", 10]);
    expect(await auditOf(id)).toEqual([
      "rollout.start intent",
      "rollout.wave intent",
      "rollout.wave failed",
      "rollout.end failed",
    ]);
  });

  it("sends only what failed again, as a further wave, once it is mended", async () => {
    const { id } = await begin(INSTALL, [...branch("arn", 1, 3), ...branch("ber", 51, 53)]);
    const before = await until(id, finished);
    expect([before.counts.ready, before.counts.failed]).toEqual([3, 3]);
    for (const name of branch("ber", 51, 53)) await control.patchMachine(name, { registrationBlocked: false });
    await control.clearRequests();
    const cause = before.causes[0];
    if (cause === undefined) throw new Error("no cause");
    const select = { by: "cause" as const, cause: cause.cause, code: cause.code };
    const retry = () => actOnRollout({ ctx, runner: bench.runner, id, input: { action: "retry", select } });
    const [one, two] = await Promise.all([retry(), retry()]);
    expect([one.changed, two.changed].sort()).toEqual([0, 3]);
    const after = await until(id, (view) => finished(view) && view.counts.ready === 6);
    expect(after.waves.map(({ kind, state }) => [kind, state])).toEqual([
      ["wave", "done"],
      ["retry", "done"],
    ]);
    const sent = (await writes()).map(({ path }) => /machines\/([^/]+)/.exec(path)?.[1]);
    expect(sent.sort()).toEqual(branch("ber", 51, 53));
    expect((await auditOf(id)).filter((entry) => entry === "rollout.retry done")).toHaveLength(1);
  });

  it("[C34] assigns the role of the last step once at its scope, and then a person can sign in", async () => {
    ctx = await bench.signIn(OWNER);
    const group = await control.addGroup("Night shift", []);
    const names = branch("arn", 1, 4);
    const scope = (ids.get(names[0] ?? "") ?? "").replace(/\/providers\/.*$/, "");
    const grant = {
      roleDefinitionId: USER_LOGIN,
      roleName: "Virtual Machine User Login",
      principal: { id: group, type: "Group" as const, name: "Night shift" },
      at: { kind: "scope" as const, scope },
    };
    const { id } = await begin(INSTALL, names, { plan: plan({ grant }) });
    const view = await until(id, finished);
    expect(view.counts.ready).toBe(4);
    const rows = await ctx.azure.access.roleAssignments(scope, { atScope: true });
    expect(rows.filter(({ principalId }) => principalId === group)).toHaveLength(1);
  });
});

describe("the other kinds of work", () => {
  const names = branch("arn", 1, 5);

  async function installed(): Promise<void> {
    const { id } = await begin(INSTALL, names);
    await until(id, finished);
  }

  it("writes the setting, keeps the others, and finds nothing to do the second time", async () => {
    await installed();
    const intune = "0000000a-0000-0000-c000-000000000000";
    for (const name of names)
      await control.patchMachine(name, { extension: { name: "AADLogin", settings: { mdmId: "", kept: "yes" } } });
    const { id } = await begin({ kind: "windowsSignIn.settings", mdmId: intune }, names);
    expect((await until(id, finished)).counts.ready).toBe(5);
    const settings = [...(await held()).values()]
      .filter(({ name }) => names.includes(name))
      .map(({ extensions }) => extensions[0]?.settings);
    expect(settings).toEqual(names.map(() => ({ mdmId: intune, kept: "yes" })));
    const again = await preflightRollout({
      ctx,
      identity: null,
      input: { work: { kind: "windowsSignIn.settings", mdmId: intune }, targets: choice(names), plan: plan() },
    });
    expect(again.counts.nothingToDo).toBe(5);
  });

  it("upgrades by PATCH and says upgraded only when the version stands there", async () => {
    await installed();
    const { id } = await begin({ kind: "windowsSignIn.upgrade", version: "2.2.0.0" }, names);
    const view = await until(id, finished);
    expect((await writes()).every(({ method }) => method === "PATCH")).toBe(true);
    const tasks = await tasksOf(id);
    const azureHolds = await held();
    for (const name of names) {
      const version = azureHolds.get(name)?.extensions[0]?.typeHandlerVersion ?? "";
      expect([tasks.get(name)?.outcome?.code, version]).toEqual(["upgraded", "2.2.0.0"]);
    }
    expect(view.counts.ready).toBe(5);
  });

  it("[C11] removes the extension, and a machine without one has nothing to be removed", async () => {
    await installed();
    const { id } = await begin({ kind: "windowsSignIn.uninstall" }, [...names, ...branch("arn", 6, 6)]);
    const view = await until(id, finished);
    expect([view.total, view.counts.ready]).toEqual([5, 5]);
    const azureHolds = await held();
    for (const name of names) expect(azureHolds.get(name)?.extensions ?? []).toEqual([]);
  });

  it("[A09] installs the Linux sibling on 20 servers and explains its errors 22 and 23", async () => {
    const linux = branch("lin", 1, 20);
    const work: Work = { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null };
    const { id, preflight } = await begin(work, linux);
    const refused = preflight.groups
      .filter(({ verdict }) => verdict === "blocked")
      .flatMap(({ reason, members }) => members.map((index) => [preflight.targets[index]?.name, reason?.checkId]));
    expect(refused.sort()).toEqual([
      ["lin-brn-15", "identityPresent"],
      ["lin-brn-17", "oldLinuxExtension"],
    ]);
    await until(id, finished);
    const tasks = await tasksOf(id);
    expect(new Set(codes(tasks, branch("lin", 1, 14)).map(String))).toEqual(new Set(["ready,,canSignIn"]));
    const exits = ["lin-brn-16", "lin-brn-18"].map((name) => [
      tasks.get(name)?.state,
      tasks.get(name)?.outcome?.failure?.exitCode,
    ]);
    expect(exits).toEqual([
      ["failed", "22"],
      ["failed", "23"],
    ]);
    expect(codes(tasks, ["lin-brn-16", "lin-brn-18"]).map(([, cause]) => cause)).toEqual([
      "identityMissing",
      "extensionConflict",
    ]);
  });

  it("assigns a role at each machine, once, and finds nothing to do where it stands", async () => {
    ctx = await bench.signIn(OWNER);
    const group = await control.addGroup("Night shift", []);
    const work: Work = {
      kind: "role.assign",
      roleDefinitionId: USER_LOGIN,
      roleName: "Virtual Machine User Login",
      principal: { id: group, type: "Group", name: "Night shift" },
    };
    const { id } = await begin(work, names);
    expect((await until(id, finished)).counts.ready).toBe(5);
    for (const name of names) {
      const rows = await ctx.azure.access.roleAssignments(ids.get(name) ?? "", { atScope: true });
      expect(rows.filter(({ principalId }) => principalId === group)).toHaveLength(1);
    }
    const again = await preflightRollout({ ctx, identity: null, input: { work, targets: choice(names), plan: plan() } });
    expect(again.counts.nothingToDo).toBe(5);
  });
});

describe("faults in the middle", () => {
  const refusal = (code: string, status = 403) => ({
    kind: "respond" as const,
    status,
    body: { error: { code, message: `The service says ${code}.` } },
  });
  const put = (name: string) => ({ face: "arm" as const, method: "PUT", path: `/machines/${name}/extensions/` });

  it("names the cause of each refusal and goes on with the others", async () => {
    const names = branch("arn", 1, 6);
    await control.addFault({ match: put("arn-brn-0001"), effect: refusal("RequestDisallowedByPolicy") });
    await control.addFault({ match: put("arn-brn-0002"), effect: refusal("AuthorizationFailed") });
    await control.addFault({ match: put("arn-brn-0003"), effect: refusal("ScopeLocked", 409) });
    await control.addFault({ match: put("arn-brn-0005"), effect: { kind: "resetAfterHandling" }, times: 1 });
    const { id } = await begin(INSTALL, names);
    await control.patchMachine("arn-brn-0004", { deleted: true });
    await until(id, finished);
    const tasks = await tasksOf(id);
    expect(codes(tasks, names)).toEqual([
      ["failed", "policy", "disallowedByPolicy"],
      ["failed", "denied", "noRight"],
      ["failed", "denied", "scopeLocked"],
      ["failed", "machineGone", "machineGone"],
      ["ready", null, "canSignIn"],
      ["ready", null, "canSignIn"],
    ]);
    const puts = [...(await held()).values()].filter(({ name }) => name === "arn-brn-0005").map((record) => record.puts);
    expect(puts).toEqual([1]);
  });

  it("takes a throttled request as no attempt and does not send it twice", async () => {
    const tooMany = { kind: "respond" as const, status: 429, contentType: "text/plain", body: "Please try again later." };
    await control.addFault({ match: put("arn-brn-0001"), effect: tooMany, times: 2 });
    const { id } = await begin(INSTALL, branch("arn", 1, 2));
    await until(id, finished);
    const task = (await tasksOf(id)).get("arn-brn-0001");
    expect([task?.state, task?.attempt]).toEqual(["ready", 1]);
    expect((await held()).get("arn-brn-0001")?.puts).toBe(1);
  });

  it("does not claim what somebody else has written meanwhile", async () => {
    await control.setOptions({ extensionRunningMs: 300_000 });
    const { id } = await begin(INSTALL, branch("arn", 1, 2));
    await until(id, ({ counts }) => counts.provisioning === 2);
    const others = { name: "AADLogin", settings: { mdmId: "somebody-elses" }, provisioningState: "Succeeded" };
    await control.patchMachine("arn-brn-0001", { extension: others });
    await control.advanceClock(300_000);
    await until(id, finished);
    expect(codes(await tasksOf(id), branch("arn", 1, 2))).toEqual([
      ["failed", "changedByOthers", "changedByOthers"],
      ["ready", null, "canSignIn"],
    ]);
  });

  it("waits for a machine that is offline where the plan says so, and a cancel ends that at once", async () => {
    await control.patchMachine("arn-brn-0002", { offlineForMs: 3_600_000 });
    const offline = { kind: "wait" as const, until: new Date(Date.now() + 3_600_000).toISOString() };
    const { id, preflight } = await begin(INSTALL, branch("arn", 1, 2), { plan: plan({ offline }), typedCount: 2 });
    expect(preflight.counts.offline).toBe(1);
    await until(id, ({ counts }) => counts.ready === 1);
    await vi.waitFor(async () => expect((await tasksOf(id)).get("arn-brn-0002")?.waitingFor).toBe("offline"), 10_000);
    expect((await held()).get("arn-brn-0002")?.puts ?? 0).toBe(0);
    await actOnRollout({ ctx, runner: bench.runner, id, input: { action: "cancel" } });
    const view = await until(id, ({ state }) => state === "canceled");
    expect([view.counts.ready, view.counts.canceled]).toEqual([1, 1]);
  });

  it("says that it could not look where the directory may not be read, and does not call that a failure", async () => {
    await control.setOptions({ directoryReadDeniedTo: [OPERATOR] });
    const { id } = await begin(INSTALL, branch("arn", 1, 2));
    const view = await until(id, finished);
    expect(view.counts.ready).toBe(2);
    const task = (await tasksOf(id)).get("arn-brn-0001");
    expect(task?.outcome?.code).toBe("installedNotAllChecked");
    expect(task?.checks.find(({ id: check }) => check === "device")?.verdict).toBe("unknown");
  });

  it("asks for the stronger sign-in that Azure demands, and goes on at once and by itself with it", async () => {
    await control.setOptions({ requireMfaForWrites: true });
    const { id } = await begin(INSTALL, branch("arn", 1, 3));
    await until(id, ({ waitingFor }) => waitingFor === "operator");
    const through = (portal: OperatorAccess, issuedAtMs: number, as = ctx): ServiceContext => ({
      ...as,
      demanded: (stored) => portal.demandOf(as.operator, issuedAtMs, stored),
    });
    const since = (issuedAtMs: number) => through(bench.carriers, issuedAtMs);
    const asked = { ctx: since(bench.tokenEndsAtMs), runner: bench.runner, id, input: { action: "resume" } } as const;
    const error = await actOnRollout(asked).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unauthenticated", claims: expect.stringMatching(/^ey/) });
    // A portal that shares the store says so too, and does not take the refused sign-in for one that carries it on.
    const elsewhere = through(new OperatorAccess(() => Date.now()), bench.tokenEndsAtMs);
    expect((await getRollout({ ctx: elsewhere, id })).confirmSignIn).toBe(true);
    await expect(actOnRollout({ ...asked, ctx: elsewhere })).rejects.toMatchObject({ claims: expect.stringMatching(/^ey/) });
    expect(await carryRollouts(elsewhere)).toBe(0);
    // The page says so to this person, and to nobody else who may look.
    expect((await getRollout({ ctx: since(bench.tokenEndsAtMs), id })).confirmSignIn).toBe(true);
    const ada = await bench.signIn(OWNER, { portalRoles: ["Portal.Admin"] });
    const others = through(bench.carriers, bench.tokenEndsAtMs, ada);
    expect((await getRollout({ ctx: others, id })).confirmSignIn).toBe(false);
    // The refused sign-in comes with every request of the open page; only a newer one is tried.
    await control.setOptions({ requireMfaForWrites: false });
    bench.carriers.remember(ctx.operator, bench.tokenEndsAtMs, () => ctx.azure);
    const row = await findRollout(store.db, id);
    expect(row === null ? null : bench.carriers.rolloutRemoteFor(row)).toBeNull();
    bench.carriers.remember(ctx.operator, bench.tokenEndsAtMs + 60_000, () => ctx.azure);
    expect((await until(id, finished)).counts.ready).toBe(3);
    for (const name of branch("arn", 1, 3)) expect((await held()).get(name)?.puts).toBe(1);
  });

  it("waits visibly when the sign-in has ended, and goes on with another person who has the right", async () => {
    await control.setOptions({ extensionRunningMs: 3_000 });
    const { id } = await begin(INSTALL, branch("arn", 1, 8), { plan: plan({ concurrency: 2 }) });
    await until(id, ({ counts }) => counts.provisioning > 0);
    const row = await findRollout(store.db, id);
    if (row === null) throw new Error("no roll-out");
    const remote = bench.carriers.rolloutRemoteFor(row);
    if (remote === null) throw new Error("nobody carries it");
    bench.carriers.forgetRolloutCarrier(row, remote);
    await until(id, ({ waitingFor }) => waitingFor === "operator");
    const back = async (upn: string) => {
      const other = await bench.signIn(upn);
      return carryRollouts(other);
    };
    expect(await back(READER)).toBe(0);
    const admin = await bench.signIn(READER, { portalRoles: ["Portal.Admin"] });
    const resumed = actOnRollout({ ctx: admin, runner: bench.runner, id, input: { action: "resume" } });
    await expect(resumed).rejects.toMatchObject({ code: "forbidden" });
    expect((await findRollout(store.db, id))?.carrierObjectId).toBe(row.carrierObjectId);
    await control.setOptions({ extensionRunningMs: 100 });
    expect(await back(OWNER)).toBe(1);
    bench.runner.nudge();
    const view = await until(id, finished);
    expect(view.counts.ready).toBe(8);
    expect(view.carrierName).toBe(OWNER);
    expect((await auditOf(id)).filter((entry) => entry === "rollout.carry done")).toHaveLength(1);
    for (const record of (await held()).values()) expect([record.name, record.overlapping]).toEqual([record.name, 0]);
  });
});
