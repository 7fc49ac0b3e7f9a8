import "server-only";
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { AuditOutcome } from "@/lib/domain/api";
import { auditEventText } from "@/lib/domain/audit-event";
import type { Database, DbSession } from "./database";
import { auditEvent, auditHead } from "./schema";

/** One chain for the whole portal: operators act a few times a second at most, the chain takes hundreds. */
export const AUDIT_STREAM = "portal";
/** The `prev` of the first entry. */
export const CHAIN_START = "0".repeat(64);

export type AuditWrite = {
  at: Date;
  tenantId: string;
  operatorObjectId: string;
  operatorName: string;
  action: string;
  targetId: string;
  outcome: AuditOutcome;
  operationId: string | null;
  traceId: string;
  detail: Record<string, unknown>;
};

export type AuditMark = { seq: number; hash: string };

/** SHA-256 over the stored text, in lower-case hex. The text names its number and the hash before it. */
export function auditHash(payload: string): string {
  return createHash("sha256").update(payload, "utf8").digest("hex");
}

/** PostgreSQL's json refuses NUL and lone surrogates; both can come in through names and would make an intent unwritable. */
function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [String(storable(name)), storable(member)]));
}

async function lockHead(tx: DbSession): Promise<AuditMark> {
  // The first statement of its kind in the transaction: under READ COMMITTED the next one sees what the previous holder wrote.
  const locked = await tx.select().from(auditHead).where(eq(auditHead.stream, AUDIT_STREAM)).for("update");
  const head = locked[0];
  if (head !== undefined) return { seq: head.seq, hash: head.hash };
  await tx.insert(auditHead).values({ stream: AUDIT_STREAM, seq: 0, hash: CHAIN_START }).onConflictDoNothing();
  const again = await tx.select().from(auditHead).where(eq(auditHead.stream, AUDIT_STREAM)).for("update");
  return { seq: again[0]?.seq ?? 0, hash: again[0]?.hash ?? CHAIN_START };
}

/**
 * Appends one entry inside the caller's transaction, so that an intent and the row it stands for are stored together or not
 * at all. The head row is locked until that transaction ends.
 */
export async function appendAudit(tx: DbSession, write: AuditWrite): Promise<AuditMark> {
  const head = await lockHead(tx);
  const seq = head.seq + 1;
  const clean = storable({ ...write, at: undefined }) as Omit<AuditWrite, "at">;
  const payload = auditEventText({ ...clean, at: write.at.toISOString(), seq, previousHash: head.hash });
  const hash = auditHash(payload);
  await tx.insert(auditEvent).values({ stream: AUDIT_STREAM, seq, payload, prev: head.hash, hash });
  await tx.update(auditHead).set({ seq, hash }).where(eq(auditHead.stream, AUDIT_STREAM));
  return { seq, hash };
}

/** Stores that somebody is about to write. Must be committed before the write; throws when it cannot be stored. */
export function appendIntent(tx: DbSession, write: Omit<AuditWrite, "outcome">): Promise<AuditMark> {
  return appendAudit(tx, { ...write, outcome: "intent" });
}

/** Stores how an intent ended, as an entry of its own: entries never change. */
export function closeEntry(tx: DbSession, write: Omit<AuditWrite, "outcome"> & { outcome: Exclude<AuditOutcome, "intent"> }) {
  return appendAudit(tx, write);
}

/** The newest entry's number and hash; number 0 for an empty chain. */
export async function auditHeadOf(db: Database): Promise<AuditMark> {
  const rows = await db.session.select().from(auditHead).where(eq(auditHead.stream, AUDIT_STREAM));
  return { seq: rows[0]?.seq ?? 0, hash: rows[0]?.hash ?? CHAIN_START };
}
