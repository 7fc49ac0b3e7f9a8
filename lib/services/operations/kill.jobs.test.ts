import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { openDatabase } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { testDirectory } from "@/lib/db/testing";
import { runKilled } from "@/lib/jobs/kill-testing";

/** Azure for the killed process: remembers every accepted request and finishes each a moment later. */
type Machine = { puts: number; settings: unknown; acceptedAt: number };
const machines = new Map<string, Machine>();
/** Told what reaches Azure: "PUT" when it is accepted, "PUT answered", "read". */
let arrived: (what: string) => void = () => undefined;
const FINISH_AFTER_MS = 120;
let azure: Server;
let origin = "";

function stateOf(machine: Machine): string {
  return Date.now() - machine.acceptedAt >= FINISH_AFTER_MS ? "Succeeded" : "Creating";
}

beforeAll(async () => {
  azure = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const name = request.url?.split("/").at(-1) ?? "";
      const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      if (request.method === "PUT") {
        const known = machines.get(name);
        machines.set(name, { puts: (known?.puts ?? 0) + 1, settings: JSON.parse(text), acceptedAt: Date.now() });
        // Accepted at once, answered a little later: a kill in between loses the answer and not the request.
        arrived("PUT");
        setTimeout(() => {
          answer(201, {});
          arrived("PUT answered");
        }, 15);
        return;
      }
      const machine = machines.get(name);
      arrived("read");
      if (machine === undefined) return answer(404, {});
      answer(200, { state: stateOf(machine), settings: machine.settings });
    });
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
  return runKilled({ script: "lib/services/operations/kill-child.ts", args, moment, tellOf });
}

/** Around the first row, around the request, around what follows: taken in turn until enough kills have hit. */
const ROUNDS: Moment[][] = [0, 4, 8, 14, 20, 30].map((ms, index) => [
  { on: "begin", ms },
  { on: index % 2 === 0 ? "PUT" : "PUT answered", ms: [0, 0, 5, 2, 12, 4][index] ?? 0 },
  { on: index % 2 === 0 ? "read" : "begin", ms: index * 3 },
]);
/** `npm run test:kill` is the long run. */
const KILLS = Number(process.env.KILL_TIMES ?? 8);
const MOST_DEPLOYMENTS = KILLS;
/** Every run begins at another of them; `KILL_SEED` repeats one. */
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);

it("sends one request, ends true to Azure and keeps the audit whole, killed at any moment of a deployment", {
  timeout: 600_000,
}, async () => {
  const { dataDir, remove } = await testDirectory();
  const operations: { name: string; id: string }[] = [];
  let kills = 0;
  while (kills < KILLS && operations.length < MOST_DEPLOYMENTS) {
    const next = { name: `WIN-${operations.length}`, id: crypto.randomUUID() };
    const moments = ROUNDS[(SEED + operations.length) % ROUNDS.length] ?? [];
    operations.push(next);
    for (const moment of moments) if (await run([dataDir, origin, next.name, next.id], moment)) kills++;
  }
  for (const { name, id } of operations.slice(-1)) await run([dataDir, origin, name, id], null);

  expect(kills).toBeGreaterThanOrEqual(KILLS);
  expect(operations.map(({ name }) => [name, machines.get(name)?.puts])).toEqual(operations.map(({ name }) => [name, 1]));
  const db = await openDatabase({ dataDir });
  const audit = await verifyAudit({ db, anchorFile: null, anchorKey: null });
  expect(audit).toMatchObject({ ok: true, broken: null });
  const outcomes = await queryRows(
    db.session,
    sql`select outcome, count(*)::int as n from audit_event group by outcome order by outcome`,
  );
  const count = (outcome: string) => Number(outcomes.find((row) => row.outcome === outcome)?.n ?? 0);
  expect([count("intent"), count("done")]).toEqual([operations.length, operations.length]);
  const states = await queryRows(db.session, sql`select distinct state from operation`);
  expect(states).toEqual([{ state: "succeeded" }]);
  await db.close();
  remove();
  process.stdout.write(
    `kill test (seed ${SEED}): ${kills} kills over ${operations.length} deployments, ${count("unknown")} found unknown and resolved\n`,
  );
});
