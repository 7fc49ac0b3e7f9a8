import { describe, expect, it } from "vitest";
import { startLocalAzure } from "../core/start.ts";
import { clientOf } from "./local-client.ts";
import { type RecordedExchange, readRecordings } from "./recordings.ts";
import { type ReplayResult, replayFile } from "./replay.ts";
import { KNOWN_DIFFERENCES } from "./replay-differences.ts";
import { addReplayMachines, REPLAY_PAGE_SIZE } from "./replay-world.ts";

/** Each file gets a world of its own, so that its writes meet nobody else's. */
async function replayOne(rows: RecordedExchange[]): Promise<ReplayResult[]> {
  const isPaged = rows.some((row) => row.responseBody !== undefined && "nextLink" in row.responseBody);
  const local = await startLocalAzure({
    machines: 25,
    options: { enforceQuotas: false, armPageSizes: [isPaged ? REPLAY_PAGE_SIZE : 1000] },
  });
  try {
    const machines = addReplayMachines(local.world);
    return await replayFile({ local, client: await clientOf(local, "ada.admin@contoso.example"), machines, rows });
  } finally {
    await local.close();
  }
}

async function replayAll(): Promise<ReplayResult[]> {
  const files = Map.groupBy(readRecordings(), (row) => row.file);
  const results: ReplayResult[] = [];
  for (const rows of files.values()) results.push(...(await replayOne(rows)));
  return results;
}

describe("replay of recorded traffic", () => {
  it("gives the recorded status, operation headers and keys, except where a known difference says why not", async () => {
    const results = await replayAll();
    for (const [family, rows] of [...Map.groupBy(results, (row) => row.family)].sort()) {
      const equal = rows.filter((row) => row.differences.length === 0).length;
      process.stdout.write(`conformance replay ${family}: ${equal}/${rows.length} exchanges equal\n`);
    }
    const different = results.filter((row) => row.differences.length > 0);
    const place = (row: { file: string; index: number }) => `${row.file} #${row.index}`;
    const reasons = new Map(KNOWN_DIFFERENCES.map((known) => [place(known), known.reason]));
    for (const row of different)
      process.stdout.write(`  ${place(row)} ${row.label}: ${row.differences.join("; ")} (${reasons.get(place(row)) ?? "NEW"})\n`);
    expect(different.map(place)).toEqual(KNOWN_DIFFERENCES.map(place));
    expect(
      different.filter((row) => row.differences.some((text) => text.startsWith("status") || text.startsWith("header"))),
    ).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(146);
  });
});
