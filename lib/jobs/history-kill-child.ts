import { openDatabase } from "@/lib/db/database";
import { activation, FakeHistoryAzure, SUBSCRIPTION, stateHolding } from "./history-fixture";
import type { Reading, SweepPlace } from "./history-remote";
import { HistorySweep } from "./history-sweep";

/** A portal process for the kill test: reads three sources with many events each and says when a transaction is on its way. */

const [dataDir = "", count = "0"] = process.argv.slice(2);
const NOW = new Date("2026-03-01T10:00:00.000Z");
const now = () => NOW;
const numbers = Array.from({ length: Number(count) }, (_, number) => number);

class Azure extends FakeHistoryAzure {
  override async read(place: SweepPlace, range: { from: string; now: Date }): Promise<Reading> {
    await super.read(place, range);
    process.stdout.write(`read ${place.source}\n`);
    if (place.source === "requests") return { events: numbers.map((one) => activation(`request-${one}`)), lists: null };
    if (place.source === "activity")
      return { events: numbers.map((one) => activation(`log-${one}`, { source: "activity" })), lists: null };
    return { events: [], lists: [{ seenFrom: SUBSCRIPTION, holdings: numbers.map((one) => stateHolding(`state-${one}`)) }] };
  }
}

const db = await openDatabase({ dataDir });
const azure = new Azure(now);
const sweep = new HistorySweep({
  db,
  carriers: { historyCarriers: () => [{ tenantId: "t1", objectId: "ada", name: "Ada" }], historyRemoteFor: () => azure },
  now,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  onNew: async () => void process.stdout.write("appended\n"),
  onStored: () => process.stdout.write("stored\n"),
});
// What a killed process held is free again once its lease has ended; here nothing else lives.
await db.session.execute("update history_step set due = '2026-03-01T09:00:00Z' where read_at is null");
await sweep.tick();
await db.close();
