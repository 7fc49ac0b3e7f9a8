import "server-only";
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { DbSession } from "./database";

/** Rows of a raw statement. Both drivers answer with `rows`; drizzle's common type does not say so. */
export async function queryRows(session: DbSession, statement: SQL): Promise<Record<string, unknown>[]> {
  const result = (await session.execute(statement)) as unknown as { rows: Record<string, unknown>[] };
  return result.rows;
}

/**
 * A list of rows for `in`, each of them locked as it is read, that is read once. PostgreSQL may else read it anew for each row of
 * the statement around it, and each time come to further rows: a limit in it would limit nothing, an order in it order nothing.
 */
export const lockedOnce = (rows: SQLWrapper): SQL => sql`(with locked as materialized (${rows}) select * from locked)`;

/** Work that one of these carries, each named as tenant and person. */
export const ofCarriers = (work: { tenantId: SQLWrapper; carrierObjectId: SQLWrapper }, carriers: readonly string[]): SQL =>
  sql`(${work.tenantId} || '/' || ${work.carrierObjectId}) in ${[...carriers]}`;

/** PostgreSQL's error code and constraint, wherever drizzle has wrapped them. */
export function storeErrorOf(error: unknown): { code: string | null; constraint: string | null } {
  for (let current = error; current instanceof Error; current = current.cause) {
    const fields = current as Error & { code?: unknown; constraint?: unknown };
    if (typeof fields.code === "string") {
      return { code: fields.code, constraint: typeof fields.constraint === "string" ? fields.constraint : null };
    }
  }
  return { code: null, constraint: null };
}
