import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { HISTORY_CHAIN } from "@/lib/db/chain";
import { openDatabase } from "@/lib/db/database";
import { queryRows } from "@/lib/db/query";
import { testDirectory } from "@/lib/db/testing";
import { runKilled } from "./kill-testing";

type Moment = { on: string; ms: number };

/** Runs the portal process once; kills it at that moment, or lets it end. False when it ended before the moment came. */
function run(args: string[], moment: Moment | null): Promise<boolean> {
  return runKilled({ script: "lib/jobs/history-kill-child.ts", args, moment });
}

const EVENTS = 150;
const MOMENTS: Moment[] = [
  { on: "read requests", ms: 0 },
  { on: "appended", ms: 0 },
  { on: "stored", ms: 0 },
];

it("[A29] loses no event and stores none twice, killed while it reads, writes or has just written", {
  timeout: 60_000,
}, async () => {
  const { dataDir, remove } = await testDirectory();
  const args = [dataDir, String(EVENTS)];
  let kills = 0;
  for (const moment of MOMENTS) if (await run(args, moment)) kills++;
  await run(args, null);
  expect(kills).toBeGreaterThanOrEqual(2);
  const db = await openDatabase({ dataDir });
  const rows = await queryRows(
    db.session,
    sql`select count(*)::int as events, count(distinct event_key)::int as facts, max(seq)::int as last from history_event`,
  );
  expect(rows).toEqual([{ events: 3 * EVENTS, facts: 3 * EVENTS, last: 3 * EVENTS }]);
  expect(await verifyAudit({ db, chain: HISTORY_CHAIN, anchorFile: null, anchorKey: null })).toMatchObject({
    ok: true,
    broken: null,
  });
  const windows = await queryRows(
    db.session,
    sql`select source, count(*)::int as count from history_window group by source order by source`,
  );
  expect(windows).toEqual([
    { source: "activity", count: 1 },
    { source: "requests", count: 1 },
    { source: "state", count: 1 },
  ]);
  await db.close();
  remove();
  process.stdout.write(`history kill test: ${kills} kills, ${3 * EVENTS} events, none lost, none twice\n`);
});
