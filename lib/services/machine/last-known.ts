import "server-only";
import type { LastKnownMachine } from "@/lib/domain/api";
import { FLEET_TEXT_COLUMNS, type FleetRowsPage } from "@/lib/domain/fleet-wire";
import { loadFleetSnapshot, rowsLineWith, type SnapshotContext } from "../fleet/snapshot";

const MINUTE_MS = 60_000;

function factsOf(page: FleetRowsPage, row: number): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const column of FLEET_TEXT_COLUMNS) {
    const { dictionary, codes } = page.columns[column];
    const value = dictionary[codes[row] ?? -1] ?? "";
    if (value !== "") facts[column] = value;
  }
  const minutes = page.lastStatusChange[row] ?? -1;
  if (minutes >= 0) facts.lastStatusChange = new Date(minutes * MINUTE_MS).toISOString();
  return facts;
}

/** What this operator's stored fleet says about a machine; null when there is no stored fleet or it does not name it. */
export async function lastKnownMachine(ctx: SnapshotContext, machineId: string): Promise<LastKnownMachine | null> {
  const stored = await loadFleetSnapshot(ctx);
  const line = stored === null ? null : rowsLineWith(stored.lines, machineId);
  if (stored === null || line === null) return null;
  // Only the fleet's own stream writes these lines.
  const page = JSON.parse(line) as FleetRowsPage;
  const row = page.id.findIndex((id) => id.toLowerCase() === machineId.toLowerCase());
  if (row === -1) return null;
  return { name: page.name[row] ?? "", at: stored.at.toISOString(), facts: factsOf(page, row) };
}
