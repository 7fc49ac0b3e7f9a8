import "server-only";
import type { AuditOutcome } from "@/lib/domain/api";
import { auditEventText } from "@/lib/domain/audit-event";
import { AUDIT_CHAIN, type ChainMark, chainHash, chainRows, lockHead, moveHead, CHAIN_START as START, storable } from "./chain";
import type { DbSession } from "./database";
import { auditEvent } from "./schema";

/** One chain for the whole portal: operators act a few times a second at most, the chain takes hundreds. */
export const AUDIT_STREAM = AUDIT_CHAIN.stream;
export const CHAIN_START = START;

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

export type AuditMark = ChainMark;
export const auditHash = chainHash;

/**
 * Appends one entry inside the caller's transaction, so that an intent and the row it stands for are stored together or not
 * at all. The head row is locked until that transaction ends.
 */
export async function appendAudit(tx: DbSession, write: AuditWrite): Promise<AuditMark> {
  const head = await lockHead(tx, AUDIT_CHAIN);
  const clean = storable({ ...write, at: undefined }) as Omit<AuditWrite, "at">;
  const at = write.at.toISOString();
  const rows = chainRows(AUDIT_CHAIN, head, [(place) => auditEventText({ ...clean, at, ...place })]);
  await tx.insert(auditEvent).values(rows);
  const mark = { seq: rows[0]?.seq ?? head.seq, hash: rows[0]?.hash ?? head.hash };
  await moveHead(tx, AUDIT_CHAIN, mark);
  return mark;
}

/** Stores that somebody is about to write. Must be committed before the write; throws when it cannot be stored. */
export function appendIntent(tx: DbSession, write: Omit<AuditWrite, "outcome">): Promise<AuditMark> {
  return appendAudit(tx, { ...write, outcome: "intent" });
}

/** Stores how an intent ended, as an entry of its own: entries never change. */
export function closeEntry(tx: DbSession, write: Omit<AuditWrite, "outcome"> & { outcome: Exclude<AuditOutcome, "intent"> }) {
  return appendAudit(tx, write);
}
