import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { type Database, openDatabase } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { storeRollout, testTarget } from "@/lib/db/rollout-testing";
import { testDirectory } from "@/lib/db/testing";
import { startTestServer, testServer } from "@/lib/db/testing-server";
import { transitionPairs } from "@/lib/domain/rollout/states";
import { bundledScript } from "./kill-bundle";
import { type Killable, seededRandom, sleepMs, spawnKillable } from "./kill-testing";
import { type KillAzure, startKillAzure } from "./rollout-kill-azure";
import { statesOf } from "./rollout-testing";

/**
 * Roll-outs whose portal is killed, frozen and continued. `KILL_SEED` repeats a run, `KILL_LOOK=off` is the control run, and
 * `KILL_TIMES=50` is the long run, with 500 machines.
 */

const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const LOOK = process.env.KILL_LOOK !== "off";
const KILLS = Number(process.env.KILL_TIMES ?? 8);
const MACHINES = 10 * KILLS;
/** A canary, a fifth, the rest: with 500 machines 5, 95 and 400. */
const SIZES = [5, MACHINES / 5 - 5, 0.8 * MACHINES];
const SPEED = 20;
/** On the fast clock: a second and a half of the wall's. */
const LEASE_MS = 30_000;
/** Between the last look at a lease and the arrival of the request lies half of it: two seconds, also on a busy machine. */
const SHARED_LEASE_MS = 80_000;

type Store = { name: string; options: { dataDir: string } | { databaseUrl: string }; remove: () => void };

const server = await testServer();
if (server === null) process.stdout.write("PostgreSQL server binaries are absent here: killed on the embedded store only.\n");
afterAll(() => server?.stop());

async function embedded(): Promise<Store> {
  const { dataDir, remove } = await testDirectory();
  return { name: "embedded", options: { dataDir }, remove };
}

async function onServer(): Promise<Store> {
  return { name: "PostgreSQL", options: { databaseUrl: server?.newDatabaseUrl() ?? "" }, remove: () => undefined };
}

type Scene = { store: Store; azure: KillAzure; id: string; spawn: (instance: string) => Killable };

async function scene(store: Store, random: () => number, leaseMs = LEASE_MS): Promise<Scene> {
  const azure = await startKillAzure({ random, longestMs: 500 });
  const epoch = Date.now();
  const db = await openDatabase(store.options);
  const targets = Array.from({ length: MACHINES }, (_, n) => testTarget(n));
  const plan = { concurrency: 30 };
  const id = await storeRollout(db, { targets, sizes: SIZES, plan }, new Date(epoch));
  await db.close();
  const common = { ...store.options, origin: azure.origin, rolloutId: id, epoch, speed: SPEED, leaseMs, look: LOOK };
  const script = await bundledScript("lib/jobs/rollout-kill-child.ts");
  const spawn = (instance: string) => spawnKillable(script, [JSON.stringify({ ...common, instance })]);
  return { store, azure, id, spawn };
}

/** Every step of every task's log must be an edge of the table. */
async function stepsOutsideTheTable(db: Database): Promise<string[]> {
  const rows = await queryRows(
    db.session,
    sql`select distinct before || '>' || state as step from (
      select state, coalesce(lag(state) over (partition by rollout_id, position order by id), 'queued') as before
      from rollout_task_event) as steps where before <> state`,
  );
  const allowed = new Set(transitionPairs("task"));
  return rows.map((row) => String(row.step)).filter((step) => !allowed.has(step));
}

async function judge({ store, azure, id }: Scene, kills: number): Promise<void> {
  const db = await openDatabase(store.options);
  const machines = [...azure.machines.values()];
  const states = await statesOf(db, id);
  const most = Math.max(...machines.map((machine) => machine.puts));
  const doubled = machines.filter((machine) => machine.puts > 1).length;
  const overlaps = machines.reduce((sum, machine) => sum + machine.overlaps, 0);
  const lost = MACHINES - (states.ready ?? 0);
  const [adopted] = await queryRows(db.session, sql`select count(*)::int as n from rollout_task_event where state = 'unknown'`);
  process.stdout.write(
    `roll-out killed on ${store.name} (seed ${SEED}${LOOK ? "" : ", CONTROL: look off"}): ${kills} kills, ${MACHINES} tasks, at most ${most} requests per machine, ` +
      `${doubled} machines asked twice, ${overlaps} of them while provisioning, ${lost} lost, ${adopted?.n} found unknown, ` +
      `${azure.counts.lostAnswers} answers lost, ${azure.counts.throttled} throttled, ${azure.counts.requests} requests\n`,
  );
  if (lost > 0) {
    const logs = await queryRows(
      db.session,
      sql`select e.position, e.state, e.detail, e.instance from rollout_task_event e join rollout_task t using (rollout_id, position)
        where t.state <> 'ready' order by e.id limit 200`,
    );
    process.stdout.write(`${logs.map((row) => JSON.stringify(row)).join("\n")}\n`);
  }
  const audit = await verifyAudit({ db, anchorFile: null, anchorKey: null });
  const outcomes = await queryRows(db.session, sql`select outcome from audit_event order by seq`);
  const outside = await stepsOutsideTheTable(db);
  await db.close();
  await azure.close();
  store.remove();
  expect({ states, most, doubled, overlaps, lost }).toEqual({
    states: { ready: MACHINES },
    most: 1,
    doubled: 0,
    overlaps: 0,
    lost: 0,
  });
  expect(audit).toMatchObject({ ok: true, broken: null });
  // An intent and an outcome per wave, and the end: no kill has left one out or written one twice.
  expect(outcomes.map((row) => row.outcome)).toEqual(["intent", "done", "intent", "done", "intent", "done", "done"]);
  expect(outside).toEqual([]);
}

/** Kills one process after the other; the next one is loaded already while the one before works. */
async function killAgainAndAgain(of: Scene, random: () => number): Promise<number> {
  let kills = 0;
  let next = of.spawn("p0");
  for (let run = 1; ; run++) {
    const child = next;
    await child.said("loaded");
    child.tell("go");
    next = of.spawn(`p${run}`);
    if (kills >= KILLS) {
      await child.ended;
      break;
    }
    const ended = child.ended.then(({ signal }) => signal === "SIGKILL");
    if (random() < 0.25) {
      // Around the opening of the store, the first claims and the decisions.
      await child.said("begin").catch(() => undefined);
      await sleepMs(random() * 150);
      child.signal("SIGKILL");
    } else {
      // Around the requests: before the answer, after it, while it is stored.
      const puts = 1 + Math.floor(random() * 9);
      let left = puts;
      of.azure.onPut(() => {
        left--;
        if (left === 0) setTimeout(() => child.signal("SIGKILL"), random() * 30);
      });
      // With few machines left the requests may never come.
      const giveUp = setTimeout(() => child.signal("SIGKILL"), 2_500);
      void ended.finally(() => clearTimeout(giveUp));
    }
    if (await ended) kills++;
    else break;
    of.azure.onPut(() => undefined);
  }
  next.signal("SIGKILL");
  await next.ended;
  return kills;
}

const STORES: [string, () => Promise<Store>][] = [
  ["embedded", embedded],
  ...(server === null ? [] : [["PostgreSQL", onServer] as [string, () => Promise<Store>]]),
];

describe.concurrent("a roll-out whose portal is killed", () => {
  it.each(STORES)(
    "loses no machine, asks none twice and keeps the audit whole: %s",
    { timeout: 600_000 },
    async (_name, open) => {
      const random = seededRandom(SEED);
      const of = await scene(await open(), random);
      const kills = await killAgainAndAgain(of, random);
      await judge(of, kills);
      expect(kills).toBeGreaterThanOrEqual(KILLS);
    },
  );

  it.skipIf(server === null)(
    "is shared by three processes, one killed, one frozen for longer than its lease, and the store gone for a while",
    { timeout: 600_000 },
    // Its own `expect`: the one of the file no longer knows this test when one beside it has ended.
    async ({ expect }) => {
      const random = seededRandom(SEED + 1);
      const own = await startTestServer();
      const options = { databaseUrl: own?.newDatabaseUrl() ?? "" };
      const of = await scene(
        { name: "PostgreSQL, three processes", options, remove: () => own?.stop() },
        random,
        SHARED_LEASE_MS,
      );
      const children = ["a", "b", "c"].map((instance) => of.spawn(instance));
      for (const child of children) {
        await child.said("loaded");
        child.tell("go");
        await child.said("begin");
      }
      const [first, second, third] = children;
      const share = (part: number) =>
        expect.poll(() => of.azure.machines.size, { timeout: 240_000, interval: 20 }).toBeGreaterThan(MACHINES * part);
      await share(0.2);
      first?.signal("SIGSTOP");
      await share(0.4);
      second?.signal("SIGKILL");
      await sleepMs((1.5 * SHARED_LEASE_MS) / SPEED);
      first?.signal("SIGCONT");
      await share(0.6);
      own?.down();
      await sleepMs(30_000 / SPEED);
      own?.up();
      await Promise.all([first?.ended, third?.ended]);
      await judge(of, 1);
    },
  );
});
