import "server-only";
import { and, eq } from "drizzle-orm";
import type { Database } from "./database";
import { preference } from "./schema";

export type PreferenceKey = { tenantId: string; objectId: string; key: string };

/** The stored text of one preference of one person; null when never set. */
export async function loadPreference(db: Database, of: PreferenceKey): Promise<string | null> {
  const rows = await db.session
    .select({ value: preference.value })
    .from(preference)
    .where(and(eq(preference.tenantId, of.tenantId), eq(preference.objectId, of.objectId), eq(preference.key, of.key)));
  return rows[0]?.value ?? null;
}

/** Stores one preference in place of its previous value. */
export async function savePreference(db: Database, of: PreferenceKey, value: string, at: Date): Promise<void> {
  await db.session
    .insert(preference)
    .values({ ...of, value, at })
    .onConflictDoUpdate({ target: [preference.tenantId, preference.objectId, preference.key], set: { value, at } });
}
