import "server-only";
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { DbSession } from "./database";
import { StoreOpenError } from "./directory-lock";
import { MIGRATIONS, type Migration } from "./migrations";
import { queryRows } from "./query";

/** Any constant will do, as long as every instance of the portal takes the same one. */
const MIGRATION_LOCK = 741_530_021;

function hashOf(migration: Migration): string {
  return createHash("sha256").update(migration.statements.join(";\n")).digest("hex");
}

function check(applied: Map<number, string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.version));
  const newer = [...applied.keys()].filter((version) => !known.has(version));
  if (newer.length > 0) {
    throw new StoreOpenError(
      `The store is at version ${Math.max(...newer)}, this portal knows up to ${Math.max(0, ...known)}. Start the newer portal again, or restore the backup made before its start.`,
    );
  }
  for (const migration of migrations) {
    const hash = applied.get(migration.version);
    if (hash !== undefined && hash !== hashOf(migration)) {
      throw new StoreOpenError(
        `Migration ${migration.version} (${migration.name}) of the store differs from this portal's. The store belongs to another build.`,
      );
    }
  }
}

/**
 * Brings the store to this portal's version. One transaction under one advisory lock: several instances may start at once,
 * and a start that fails half-way leaves the store as it was. Refuses a store of a newer portal with StoreOpenError.
 */
export async function migrate(session: DbSession, migrations: readonly Migration[] = MIGRATIONS): Promise<number[]> {
  return session.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(
      sql`create table if not exists schema_migration (version int primary key, name text not null, hash text not null, applied_at timestamptz not null default now())`,
    );
    const rows = await queryRows(tx, sql`select version, hash from schema_migration`);
    const applied = new Map(rows.map((row) => [Number(row.version), String(row.hash)]));
    check(applied, migrations);
    const missing = migrations.filter((migration) => !applied.has(migration.version));
    for (const migration of missing) {
      for (const statement of migration.statements) await tx.execute(sql.raw(statement));
      await tx.execute(
        sql`insert into schema_migration (version, name, hash) values (${migration.version}, ${migration.name}, ${hashOf(migration)})`,
      );
    }
    return missing.map((migration) => migration.version);
  });
}
