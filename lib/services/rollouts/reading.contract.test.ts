import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { RolloutReport, RolloutView, StartRolloutInput } from "@/lib/domain/rollout/api";
import { INSTALL } from "@/lib/domain/rollout/plan-fixture";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { OPERATOR, READER } from "../access/testing";
import type { ServiceContext } from "../context";
import { quiet } from "../operations/testing";
import { actOnRollout } from "./actions";
import { watchRollout } from "./events";
import { RolloutFeed } from "./feed";
import { preflightRollout } from "./preflight";
import { type RolloutReportFile, reportRollout } from "./report";
import { startRollout } from "./start";
import { getTask } from "./task";
import { listTasks } from "./tasks";
import { templatesOfRollout } from "./templates";
import { createRolloutBench, plan, type RolloutBench } from "./testing";

/** One roll-out of 150 machines that nobody works on: what is read of it must come out of the store as it is. */
let azure: LocalAzure;
let control: ControlClient;
let store: TestDatabase;
let bench: RolloutBench;
let ctx: ServiceContext;
let id: string;
const COUNT = 150;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, branches: 200, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createRolloutBench({ origin: azure.origin, token: control.token }, store.db);
  ctx = await bench.signIn(OPERATOR);
  const query =
    "resources | where name startswith 'arn-brn-' or name startswith 'cor-brn-' or name startswith 'ber-brn-' | where type =~ 'microsoft.hybridcompute/machines' | project id | order by id asc";
  const { rows } = await ctx.azure.resourceGraph.query({ query });
  const machineIds = rows.slice(0, COUNT).map(({ id: machine }) => String(machine));
  const input = { work: INSTALL, targets: { by: "machines" as const, machineIds, describedAs: "150 machines" }, plan: plan() };
  const preflight = await preflightRollout({ ctx, identity: null, input });
  const start: StartRolloutInput = {
    ...input,
    id: randomUUID(),
    name: "=cmd|calc",
    stamp: preflight.stamp,
    includeConfirm: true,
    typedCount: COUNT,
    actsAs: "operator",
  };
  const outcome = await startRollout({ ctx, runner: bench.runner, identity: null, input: start });
  if (!outcome.ok) throw outcome.error;
  id = start.id;
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

const tasks = (query: Parameters<typeof listTasks>[0]["query"]) => listTasks({ ctx, id, query });

async function textOf({ parts }: RolloutReportFile): Promise<string> {
  let text = "";
  for await (const part of parts) text += part;
  return text;
}

describe("the machines of a roll-out", () => {
  it("come page by page, each once, and the pages say how many there are", async () => {
    const first = await tasks({});
    const second = await tasks({ cursor: first.nextCursor ?? "" });
    expect([first.tasks.length, second.tasks.length, second.nextCursor]).toEqual([100, 50, null]);
    expect([first.total, second.total]).toEqual([COUNT, COUNT]);
    const positions = [...first.tasks, ...second.tasks].map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: COUNT }, (_, index) => index));
  });

  it("are found by name, state and wave", async () => {
    const { tasks: found, total } = await tasks({ search: "BRN-0007" });
    expect([found.map(({ machineName }) => machineName), total]).toEqual([["arn-brn-0007"], 1]);
    expect((await tasks({ state: "ready" } as never)).total).toBe(0);
    expect((await tasks({ wave: 2 })).total).toBe(0);
  });

  it("do not show Azure's signed addresses, in no answer", async () => {
    await store.db.session.execute(
      sql`update rollout_task set operation_url = 'https://management.azure.com/op?t=signed-secret' where position = 0`,
    );
    const answers = [await tasks({}), await getTask({ ctx, id, position: 0 })];
    const report = await textOf(await reportRollout({ ctx, id, format: "json", words: (key) => key }));
    expect(JSON.stringify(answers) + report).not.toContain("signed-secret");
    await store.db.session.execute(sql`update rollout_task set operation_url = null`);
  });

  it("have a log and the exact request, and a position that is not there is named", async () => {
    const { task, request } = await getTask({ ctx, id, position: 3 });
    expect([request.method, request.url.includes(task.machineName)]).toEqual(["PUT", true]);
    await expect(getTask({ ctx, id, position: COUNT })).rejects.toMatchObject({ code: "not_found" });
  });

  it("show the settings of the machine that the request keeps, or say that they could not be read", async () => {
    const { task } = await getTask({ ctx, id, position: 5 });
    const [, , subscriptionId = "", , resourceGroup = "", , , , name = ""] = task.machineId.split("/");
    const ref = { subscriptionId, resourceGroup, name };
    const settings = { mdmId: "other", kept: "by hand" };
    await ctx.azure.hybridCompute.putExtension(ref, "AADLogin", {
      location: "westeurope",
      properties: {
        publisher: "Microsoft.Azure.ActiveDirectory",
        type: "AADLoginForWindows",
        typeHandlerVersion: "2.1.0.0",
        autoUpgradeMinorVersion: true,
        settings,
      },
    });
    const none = `"extensionName":null`;
    await store.db.session.execute(
      sql`update rollout_task set target = replace(target, ${none}, '"extensionName":"AADLogin"') where position = 5`,
    );
    const shown = await getTask({ ctx, id, position: 5 });
    expect(shown).toMatchObject({
      kept: "shown",
      request: { body: { properties: { settings: { ...settings, mdmId: "" } } } },
    });
    await control.addFault({ match: { face: "arm", path: "/extensions/" }, effect: { kind: "respond", status: 403, body: {} } });
    const unread = await getTask({ ctx, id, position: 5 });
    expect(unread).toMatchObject({ kept: "unread", request: { body: { properties: { settings: { mdmId: "" } } } } });
    await control.clearFaults();
    expect((await getTask({ ctx, id, position: 6 })).kept).toBe("nothing");
  });

  it("are not found for a person who may not see the roll-out", async () => {
    const other = await bench.signIn(READER);
    const feed = new RolloutFeed({ db: store.db, clock: ctx.clock, log: quiet }, bench.runner);
    for (const ask of [
      () => listTasks({ ctx: other, id, query: {} }),
      () => getTask({ ctx: other, id, position: 0 }),
      () => templatesOfRollout({ ctx: other, id }),
      () => reportRollout({ ctx: other, id, format: "csv", words: (key) => key }),
      () => watchRollout({ ctx: other, feed, id }).next(),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("a person who only guesses the address of a roll-out", () => {
  it("makes the portal ask Azure three things, once for several tries", async () => {
    const other = await bench.signIn(READER, { objectId: randomUUID() });
    await control.clearRequests();
    const tries = [1, 2, 3, 4].map(() => listTasks({ ctx: other, id, query: {} }).catch((error: unknown) => error));
    for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ code: "not_found" });
    expect(await control.requests()).toHaveLength(3);
  });
});

describe("the report", () => {
  it("holds every machine as CSV, and no cell is a formula", async () => {
    const file = await reportRollout({ ctx, id, format: "csv", words: (key) => key });
    const lines = (await textOf(file)).split("\r\n");
    const head = lines.findIndex((text) => text.startsWith('"position"'));
    expect(lines.length - head - 2).toBe(COUNT);
    expect(lines.slice(0, head).join("\n")).toContain(`"${COUNT} of ${COUNT}"`);
    expect(lines.filter((text) => /(^|,)"[=+@-]/.test(text))).toEqual([]);
    expect(file.fileName).toMatch(/^arcwarden-roll-out-[0-9a-f]{8}-.*\.csv$/);
  });

  it("holds every machine as JSON and what people did", async () => {
    await actOnRollout({ ctx, runner: bench.runner, id, input: { action: "pause" } });
    await actOnRollout({ ctx, runner: bench.runner, id, input: { action: "resume" } });
    const report = JSON.parse(
      await textOf(await reportRollout({ ctx, id, format: "json", words: (key) => key })),
    ) as RolloutReport;
    expect(report.tasks).toHaveLength(COUNT);
    expect(report.actions.map(({ action, changed }) => [action, changed])).toEqual([
      ["start", COUNT],
      ["pause", 1],
      ["resume", 1],
    ]);
  });
});

describe("templates", () => {
  it("hold all machines in each of the four forms", async () => {
    const after = await templatesOfRollout({ ctx, id });
    expect(after.machines).toBe(COUNT);
    for (const text of [after.armJson, after.bicep, after.azCli, after.powershell]) {
      expect(new Set(text.match(/arn-brn-\d{4}/g) ?? []).size).toBe(50);
    }
  });
});

describe("events", () => {
  it("tell the present state first, then each change, the same to two browsers", async () => {
    const feed = new RolloutFeed({ db: store.db, clock: ctx.clock, log: quiet }, bench.runner);
    const [one, two] = [new AbortController(), new AbortController()];
    const watch = (signal: AbortSignal) => watchRollout({ ctx: { ...ctx, signal }, feed, id });
    const streams = [watch(one.signal), watch(two.signal)];
    const nextOf = async (stream: AsyncGenerator<RolloutView | null>) => (await stream.next()).value?.state;
    expect(await Promise.all(streams.map(nextOf))).toEqual(["running", "running"]);
    await actOnRollout({ ctx, runner: bench.runner, id, input: { action: "pause" } });
    expect(await Promise.all(streams.map(nextOf))).toEqual(["paused", "paused"]);
    for (const { signal, abort } of [one, two].map((own) => ({ signal: own.signal, abort: () => own.abort() }))) {
      abort();
      expect(signal.aborted).toBe(true);
    }
    for (const stream of streams) expect((await stream.next()).done).toBe(true);
  });
});
