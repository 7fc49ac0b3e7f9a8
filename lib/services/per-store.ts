import "server-only";
import type { Database } from "@/lib/db/database";

/** What this process remembers beside a store: another store begins with nothing remembered, and a closed one takes it along. */
export function perStore<T>(create: () => T): (db: Database) => T {
  const memories = new WeakMap<Database, T>();
  return (db) => {
    const known = memories.get(db);
    if (known !== undefined) return known;
    const fresh = create();
    memories.set(db, fresh);
    return fresh;
  };
}
