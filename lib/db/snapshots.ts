import "server-only";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { and, eq } from "drizzle-orm";
import type { Database } from "./database";
import { fleetSnapshot } from "./schema";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
/** Level 4 packs a fleet of 100,000 in well under a second; higher levels cost more than they save. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Whose answer it is. Resource Graph trims answers to the caller's rights, so a snapshot is never shared between people. */
export type SnapshotKey = { tenantId: string; objectId: string; key: string };

/** The stored text and when it was read from Azure; null when there is none. */
export async function loadSnapshot(db: Database, of: SnapshotKey): Promise<{ body: string; at: Date } | null> {
  const rows = await db.session
    .select({ body: fleetSnapshot.body, at: fleetSnapshot.at })
    .from(fleetSnapshot)
    .where(and(eq(fleetSnapshot.tenantId, of.tenantId), eq(fleetSnapshot.objectId, of.objectId), eq(fleetSnapshot.key, of.key)));
  const row = rows[0];
  if (row === undefined) return null;
  const body = await decompress(row.body);
  return { body: body.toString("utf8"), at: row.at };
}

/** Stores the text compressed, in place of the previous one. */
export async function saveSnapshot(db: Database, of: SnapshotKey, body: string, at: Date): Promise<void> {
  const packed = await compress(Buffer.from(body, "utf8"), BROTLI);
  await db.session
    .insert(fleetSnapshot)
    .values({ ...of, body: packed, at })
    .onConflictDoUpdate({
      target: [fleetSnapshot.tenantId, fleetSnapshot.objectId, fleetSnapshot.key],
      set: { body: packed, at },
    });
}
