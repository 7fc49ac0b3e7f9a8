import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { testDirectory } from "@/lib/db/testing";
import { runKilled } from "./kill-testing";

/** A receiver that keeps what it has by event id, as receivers are asked to, and that fails, hangs and comes back. */
const taken = new Map<string, number>();
let arrivals = 0;
let receiver: Server;
let origin = "";
let arrived: (what: "request" | "answer") => void = () => undefined;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const id = String(request.headers["x-arcwarden-event-id"]);
    arrivals++;
    arrived("request");
    request.resume();
    if (arrivals % 5 === 1) return void response.writeHead(503).end();
    if (arrivals % 7 === 2) return; // Never answers: the sender must give up on the attempt, not on the notice.
    taken.set(id, (taken.get(id) ?? 0) + 1);
    setTimeout(() => {
      response.writeHead(204).end();
      arrived("answer");
    }, 5);
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});
afterAll(() => {
  receiver.closeAllConnections();
  return new Promise((resolve) => receiver.close(resolve));
});

type Moment = { on: "begin" | "request" | "answer"; times: number };

function run(args: string[], moment: Moment | null): Promise<boolean> {
  const tellOf = (told: (event: string) => void) => {
    arrived = told;
  };
  return runKilled({ script: "lib/jobs/notice-kill-child.ts", args, moment, tellOf });
}

const NOTICES = 14;
const MOMENTS: Moment[] = [
  { on: "begin", times: 1 },
  { on: "request", times: 2 },
  { on: "answer", times: 3 },
];

it("delivers every event to a receiver that fails, hangs and comes back, killed at any moment, under one id each", {
  timeout: 60_000,
}, async () => {
  const { dataDir, remove } = await testDirectory();
  const args = [dataDir, origin, String(NOTICES)];
  let kills = 0;
  for (const moment of MOMENTS) if (await run(args, moment)) kills++;
  await run(args, null);
  expect(kills).toBe(MOMENTS.length);
  expect(taken.size).toBe(NOTICES);
  const db = await openDatabase({ dataDir });
  const rows = await queryRows(db.session, sql`select state, count(*)::int as count from notice_outbox group by state`);
  expect(rows).toEqual([{ state: "delivered", count: NOTICES }]);
  const ids = await queryRows(db.session, sql`select event_id from notice_outbox`);
  expect(new Set(ids.map((row) => String(row.event_id)))).toEqual(new Set(taken.keys()));
  await db.close();
  remove();
  // Only what was on the wire at a kill may come twice, each time under its own id: at most one batch a kill.
  const twice = [...taken.values()].filter((count) => count > 1).length;
  expect(twice).toBeLessThanOrEqual(8 * kills);
  process.stdout.write(`notices: ${NOTICES} events, ${arrivals} requests, ${kills} kills, ${twice} ids came twice\n`);
});
