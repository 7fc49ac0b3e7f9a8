import "server-only";
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Database, DbSession } from "./database";
import { auditHead } from "./schema";

/** A hash chain of the store: its table has stream, seq, payload, prev and hash, and only ever grows. */
export type Chain = { stream: string; table: "audit_event" | "history_event" };

/** What operators asked the portal to do. */
export const AUDIT_CHAIN: Chain = { stream: "portal", table: "audit_event" };
/** What Azure says happened to access: who held what, when, why. */
export const HISTORY_CHAIN: Chain = { stream: "history", table: "history_event" };

/** The `prev` of the first entry. */
export const CHAIN_START = "0".repeat(64);

export type ChainMark = { seq: number; hash: string };

/** SHA-256 over the stored text, in lower-case hex. The text names its number and the hash before it. */
export function chainHash(payload: string): string {
  return createHash("sha256").update(payload, "utf8").digest("hex");
}

/** PostgreSQL's json refuses NUL and lone surrogates; both can come in through names and would make an entry unwritable. */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [String(storable(name)), storable(member)]));
}

/** Locks the head of a chain until the transaction ends, and makes it when the chain is empty. */
export async function lockHead(tx: DbSession, chain: Chain): Promise<ChainMark> {
  const { stream } = chain;
  // The first statement of its kind in the transaction: under READ COMMITTED the next one sees what the previous holder wrote.
  const locked = await tx.select().from(auditHead).where(eq(auditHead.stream, stream)).for("update");
  const head = locked[0];
  if (head !== undefined) return { seq: head.seq, hash: head.hash };
  await tx.insert(auditHead).values({ stream, seq: 0, hash: CHAIN_START }).onConflictDoNothing();
  const again = await tx.select().from(auditHead).where(eq(auditHead.stream, stream)).for("update");
  return { seq: again[0]?.seq ?? 0, hash: again[0]?.hash ?? CHAIN_START };
}

/** Names the newest entry. Only for the holder of the head's lock. */
export async function moveHead(tx: DbSession, chain: Chain, mark: ChainMark): Promise<void> {
  await tx.update(auditHead).set(mark).where(eq(auditHead.stream, chain.stream));
}

export type ChainRow = { stream: string; seq: number; payload: string; prev: string; hash: string };

/** The rows that continue a chain, in order: each text is made with its number and the hash before it. */
export function chainRows(
  chain: Chain,
  head: ChainMark,
  texts: readonly ((place: { seq: number; previousHash: string }) => string)[],
): ChainRow[] {
  const rows: ChainRow[] = [];
  let last = head;
  for (const text of texts) {
    const seq = last.seq + 1;
    const payload = text({ seq, previousHash: last.hash });
    const hash = chainHash(payload);
    rows.push({ stream: chain.stream, seq, payload, prev: last.hash, hash });
    last = { seq, hash };
  }
  return rows;
}

/** The newest entry's number and hash; number 0 for an empty chain. */
export async function chainHeadOf(db: Database, chain: Chain): Promise<ChainMark> {
  const rows = await db.session.select().from(auditHead).where(eq(auditHead.stream, chain.stream));
  return { seq: rows[0]?.seq ?? 0, hash: rows[0]?.hash ?? CHAIN_START };
}
