import "server-only";
import { loadSnapshot, saveSnapshot } from "@/lib/db/snapshots";
import type { FleetHead } from "@/lib/domain/fleet-wire";
import type { ServiceContext } from "../context";
import { perStore } from "../per-store";

/** Raised when the form of the lines changes: an old snapshot is then simply not found. */
const FORMAT = "fleet/1";

export type SnapshotContext = Pick<ServiceContext, "db" | "operator" | "config">;

/** Resource Graph trims answers to the caller's rights, so the key holds the person, and the cloud they were read from. */
function keyOf(ctx: SnapshotContext) {
  const { tenantId, objectId } = ctx.operator;
  return { tenantId, objectId, key: `${FORMAT}/${ctx.config.cloud.id}` };
}

type Stored = { lines: readonly string[]; at: Date };

/** Reads whose saving has not ended: served from here, because packing and writing 100,000 machines takes seconds. */
const pendingOf = perStore(() => new Map<string, Stored>());

/** Stores the lines of one whole read, head and tail included. Returns at once; a failure goes to `onError`. */
export function storeFleetSnapshot(
  ctx: SnapshotContext,
  lines: readonly string[],
  at: Date,
  onError: (error: unknown) => void,
): void {
  const of = keyOf(ctx);
  const pending = pendingOf(ctx.db);
  const name = JSON.stringify(of);
  const stored = { lines, at };
  pending.set(name, stored);
  saveSnapshot(ctx.db, of, lines.join("\n"), at)
    .catch(onError)
    .finally(() => {
      if (pending.get(name) === stored) pending.delete(name);
    });
}

async function readStored(ctx: SnapshotContext): Promise<Stored | null> {
  const of = keyOf(ctx);
  const waiting = pendingOf(ctx.db).get(JSON.stringify(of));
  if (waiting !== undefined) return waiting;
  const stored = await loadSnapshot(ctx.db, of);
  return stored === null ? null : { lines: stored.body.split("\n"), at: stored.at };
}

/** The lines of this operator's last whole read, its head marked as a snapshot; null when there is none. */
export async function loadFleetSnapshot(ctx: SnapshotContext): Promise<{ lines: string[]; at: Date } | null> {
  const stored = await readStored(ctx);
  const [first, ...rest] = stored?.lines ?? [];
  if (stored === null || first === undefined || !first.startsWith('{"type":"head"')) return null;
  // Only this module writes snapshots, so the first line is the head it wrote.
  const head = { ...(JSON.parse(first) as FleetHead), fromSnapshot: true };
  return { lines: [JSON.stringify(head), ...rest], at: stored.at };
}

/** Lower-cased machine ids of a snapshot. Reads the id arrays only, not the columns, which are nine tenths of the text. */
export function machineIdsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    if (!line.startsWith('{"type":"rows"')) return [];
    const from = line.indexOf('"id":[');
    const to = line.indexOf('],"name":[');
    if (from === -1 || to === -1) return [];
    const ids = JSON.parse(line.slice(from + 5, to + 1)) as string[];
    return ids.map((id) => id.toLowerCase());
  });
}

/** A line of the last snapshot that names one machine, for when the machine itself can no longer be read. */
export function rowsLineWith(lines: readonly string[], machineId: string): string | null {
  const wanted = JSON.stringify(machineId).slice(1, -1).toLowerCase();
  return lines.find((line) => line.startsWith('{"type":"rows"') && line.toLowerCase().includes(`"${wanted}"`)) ?? null;
}
