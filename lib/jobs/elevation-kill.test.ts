import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { openDatabase } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { testDirectory } from "@/lib/db/testing";
import { runKilled } from "./kill-testing";

/** Azure for the killed process: counts the requests of every name and knows a name from its arrival on. */
const puts = new Map<string, number>();
let arrived: (what: string) => void = () => undefined;
let azure: Server;
let origin = "";

beforeAll(async () => {
  azure = createServer((request, response) => {
    const name = request.url?.slice(1) ?? "";
    const known = puts.get(name);
    if (request.method === "PUT") {
      puts.set(name, (known ?? 0) + 1);
      // Accepted at once, answered a little later: a kill in between loses the answer and not the request.
      arrived("PUT");
      setTimeout(() => {
        response.writeHead(201).end();
        arrived("PUT answered");
      }, 10);
      return;
    }
    arrived("read");
    response.writeHead(known === undefined ? 404 : 200).end();
  });
  await new Promise<void>((resolve) => azure.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(azure.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => azure.close(resolve)));

type Moment = { on: "begin" | "PUT" | "PUT answered" | "read"; ms: number };

/** Runs the portal process once; kills it at that moment, or lets it end. False when it ended before the moment came. */
function run(args: string[], moment: Moment | null): Promise<boolean> {
  const tellOf = (told: (event: string) => void) => {
    arrived = told;
  };
  return runKilled({ script: "lib/jobs/elevation-kill-child.ts", args, moment, tellOf });
}

const MOMENTS: Moment[][] = [
  [
    { on: "begin", ms: 0 },
    { on: "PUT", ms: 0 },
  ],
  [
    { on: "begin", ms: 8 },
    { on: "PUT answered", ms: 0 },
  ],
  [
    { on: "PUT", ms: 5 },
    { on: "read", ms: 0 },
  ],
  [
    { on: "PUT answered", ms: 15 },
    { on: "read", ms: 8 },
  ],
];
const ITEMS = 5;

it("loses no request, makes none twice and keeps the audit whole, killed at any moment of a batch", {
  timeout: 300_000,
}, async () => {
  const { dataDir, remove } = await testDirectory();
  const batches = MOMENTS.map(() => ({
    id: crypto.randomUUID(),
    items: Array.from({ length: ITEMS }, () => crypto.randomUUID()),
  }));
  let kills = 0;
  for (const [index, { id, items }] of batches.entries()) {
    const args = [dataDir, origin, id, ...items];
    for (const moment of MOMENTS[index] ?? []) if (await run(args, moment)) kills++;
    await run(args, null);
  }
  const names = batches.flatMap(({ items }) => items);
  expect(kills).toBeGreaterThanOrEqual(6);
  expect(names.filter((name) => puts.get(name) !== 1)).toEqual([]);
  const db = await openDatabase({ dataDir });
  expect(await verifyAudit({ db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true, broken: null });
  const entries = await queryRows(
    db.session,
    sql`select target, count(*) filter (where outcome = 'intent')::int as intents, count(*) filter (where outcome = 'done')::int as dones from audit_event group by target`,
  );
  expect(entries.filter(({ intents, dones }) => intents !== 1 || dones !== 1)).toEqual([]);
  expect(entries).toHaveLength(names.length);
  const rows = await queryRows(db.session, sql`select distinct state, effect from elevation_item`);
  expect(rows).toEqual([{ state: "done", effect: "effective" }]);
  await db.close();
  remove();
  process.stdout.write(`kill test: ${kills} kills over ${batches.length} batches of ${ITEMS}, every request made once\n`);
});
