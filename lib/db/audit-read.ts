import "server-only";
import { and, asc, count, desc, eq, gt, gte, inArray, like, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { AUDIT_OUTCOMES, type AuditEntry, type AuditOutcome } from "@/lib/domain/api";
import { AUDIT_STREAM } from "./audit";
import type { Database } from "./database";
import { auditEvent } from "./schema";

/** Whose entries may be seen: a person's own, or all of one tenant. Always given, so that no query can forget it. */
export type AuditScope = { tenantId: string; operatorObjectId: string | null };

export type AuditFilter = {
  /** Part of the operator's name, or the whole object id. */
  who?: string | undefined;
  action?: string | undefined;
  outcomes?: AuditOutcome[] | undefined;
  /** Part of the target's id. */
  target?: string | undefined;
  operationId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

const payloadSchema = z.looseObject({
  seq: z.number(),
  at: z.string(),
  tenantId: z.string(),
  operatorObjectId: z.string(),
  operatorName: z.string(),
  action: z.string(),
  targetId: z.string(),
  outcome: z.enum(AUDIT_OUTCOMES),
  operationId: z.string().nullable(),
  traceId: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

function toEntry(row: { payload: string; hash: string }): AuditEntry {
  const { seq, at, tenantId, operatorObjectId, operatorName, action, targetId, outcome, operationId, traceId, detail } =
    payloadSchema.parse(JSON.parse(row.payload));
  return {
    seq,
    at,
    tenantId,
    operatorObjectId,
    operatorName,
    action,
    targetId,
    outcome,
    operationId,
    traceId,
    detail,
    hash: row.hash,
  };
}

function contains(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;
}

function conditions(scope: AuditScope, filter: AuditFilter): SQL | undefined {
  const all: (SQL | undefined)[] = [eq(auditEvent.stream, AUDIT_STREAM), eq(auditEvent.tenantId, scope.tenantId)];
  if (scope.operatorObjectId !== null) all.push(eq(auditEvent.operatorId, scope.operatorObjectId));
  if (filter.who !== undefined) {
    all.push(
      or(like(sql`lower(${auditEvent.operatorName})`, contains(filter.who)), eq(auditEvent.operatorId, filter.who.toLowerCase())),
    );
  }
  if (filter.action !== undefined) all.push(eq(auditEvent.action, filter.action));
  if (filter.outcomes !== undefined && filter.outcomes.length > 0) all.push(inArray(auditEvent.outcome, filter.outcomes));
  if (filter.target !== undefined) all.push(like(sql`lower(${auditEvent.target})`, contains(filter.target)));
  if (filter.operationId !== undefined) all.push(eq(auditEvent.operationId, filter.operationId));
  // Times are stored as ISO 8601 in UTC with milliseconds, which order as text.
  if (filter.from !== undefined) all.push(gte(auditEvent.eventAt, filter.from.toISOString()));
  if (filter.to !== undefined) all.push(lte(auditEvent.eventAt, filter.to.toISOString()));
  return and(...all);
}

const columns = { payload: auditEvent.payload, hash: auditEvent.hash, seq: auditEvent.seq };

/** One page, newest first. `before` is the number of the last entry of the page before. */
export async function listAudit(
  db: Database,
  args: { scope: AuditScope; filter: AuditFilter; before: number | null; limit: number },
): Promise<{ entries: AuditEntry[]; nextBefore: number | null; total: number }> {
  const where = conditions(args.scope, args.filter);
  const page = args.before === null ? where : and(where, lt(auditEvent.seq, args.before));
  const rows = await db.session
    .select(columns)
    .from(auditEvent)
    .where(page)
    .orderBy(desc(auditEvent.seq))
    .limit(args.limit + 1);
  const totals = await db.session.select({ total: count() }).from(auditEvent).where(where);
  const shown = rows.slice(0, args.limit);
  return {
    entries: shown.map(toEntry),
    nextBefore: rows.length > args.limit ? (shown.at(-1)?.seq ?? null) : null,
    total: totals[0]?.total ?? 0,
  };
}

const EXPORT_PAGE = 500;

/** All matching entries up to the newest one at the start, oldest first, read page by page. */
export async function* streamAudit(db: Database, args: { scope: AuditScope; filter: AuditFilter }): AsyncGenerator<AuditEntry[]> {
  const where = conditions(args.scope, args.filter);
  const newest = await db.session
    .select({ seq: sql<number>`max(${auditEvent.seq})` })
    .from(auditEvent)
    .where(where);
  const last = Number(newest[0]?.seq ?? 0);
  let after = 0;
  while (after < last) {
    const rows = await db.session
      .select(columns)
      .from(auditEvent)
      .where(and(where, gt(auditEvent.seq, after), lte(auditEvent.seq, last)))
      .orderBy(asc(auditEvent.seq))
      .limit(EXPORT_PAGE);
    const end = rows.at(-1)?.seq;
    if (end === undefined) return;
    after = end;
    yield rows.map(toEntry);
  }
}
