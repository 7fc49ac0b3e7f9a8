import "server-only";
import { and, asc, desc, eq, gt, gte, inArray, isNull, like, lt, lte, ne, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { HistoryEvent, HistoryKind, StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import { chainRows, HISTORY_CHAIN, lockHead, moveHead, storable } from "./chain";
import type { Database, DbSession } from "./database";
import { historyEvent } from "./history-schema";

const CHUNK = 200;

/**
 * Appends what is new, in the order given, inside the caller's transaction. A fact whose key is known is left out, so the
 * same reading twice, or the same fact from two sources, is stored once. Gives back what was stored.
 */
export async function appendHistory(
  tx: DbSession,
  args: { tenantId: string; events: readonly HistoryEvent[]; recordedAt: Date },
): Promise<HistoryEvent[]> {
  const { tenantId } = args;
  const once = [...new Map(args.events.map((event) => [event.key, event])).values()];
  if (once.length === 0) return [];
  let head = await lockHead(tx, HISTORY_CHAIN);
  const known = new Set<string>();
  for (let at = 0; at < once.length; at += CHUNK) {
    const keys = once.slice(at, at + CHUNK).map(({ key }) => key);
    const rows = await tx
      .select({ key: historyEvent.key })
      .from(historyEvent)
      .where(and(eq(historyEvent.tenantId, tenantId), inArray(historyEvent.key, keys)));
    for (const { key } of rows) if (key !== null) known.add(key);
  }
  const fresh = once.filter(({ key }) => !known.has(key));
  const recordedAt = args.recordedAt.toISOString();
  for (let at = 0; at < fresh.length; at += CHUNK) {
    const texts = fresh.slice(at, at + CHUNK).map((event) => {
      const clean = storable({ ...event, tenantId, recordedAt }) as Record<string, unknown>;
      return (place: { seq: number; previousHash: string }) => canonicalJson({ ...clean, ...place });
    });
    const rows = chainRows(HISTORY_CHAIN, head, texts);
    await tx.insert(historyEvent).values(rows);
    const last = rows.at(-1);
    if (last !== undefined) head = { seq: last.seq, hash: last.hash };
  }
  if (fresh.length > 0) await moveHead(tx, HISTORY_CHAIN, head);
  return fresh;
}

const principalSchema = z
  .looseObject({
    id: z.string(),
    kind: z.enum(["user", "group", "servicePrincipal", "unknown"]),
    name: z.string(),
    detail: z.string(),
  })
  .nullable();
const named = z.looseObject({ id: z.string(), name: z.string() }).nullable();
const nullable = z.string().nullable();

/** What the chain holds; the text is the portal's own, so a wrong one is a broken store and worth an error. */
const payloadSchema = z.looseObject({
  seq: z.number(),
  recordedAt: z.string(),
  key: z.string(),
  kind: z.string(),
  at: z.string(),
  earliestAt: nullable,
  track: z.enum(["active", "eligible", "member"]).nullable(),
  holding: nullable,
  principal: principalSchema,
  role: named,
  group: named,
  scope: nullable,
  scopeName: z.string(),
  startsAt: nullable,
  endsAt: nullable,
  by: principalSchema,
  decidedBy: principalSchema,
  reason: z.string(),
  justification: z.string(),
  ticket: z.looseObject({ number: z.string(), system: z.string() }).nullable(),
  condition: nullable,
  source: z.string(),
  azureId: z.string(),
});

function toStored(row: { payload: string; hash: string }): StoredHistoryEvent {
  const { previousHash: _previous, tenantId: _tenant, ...event } = payloadSchema.parse(JSON.parse(row.payload));
  // Kinds and sources of a newer portal pass through as they are.
  return { ...event, hash: row.hash } as StoredHistoryEvent;
}

/** Whose history may be seen: all of a tenant, or what concerns one person. Always given, so that no query can forget it. */
export type HistoryScope = { tenantId: string; personId: string | null };

export type HistoryFilter = {
  /** Part of a name, or the whole object id: of whose access it is, who asked, who decided. */
  person?: string | undefined;
  /** Part of the role's name, or its whole id. */
  role?: string | undefined;
  /** Part of the scope's id. */
  scope?: string | undefined;
  /** Scopes that reach a machine: exactly one of these. */
  scopes?: readonly string[] | undefined;
  kinds?: readonly HistoryKind[] | undefined;
  /** False: without who joined and left groups, which the first reading of a large group would put before everything. */
  members?: boolean | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

const noMember = or(isNull(historyEvent.track), ne(historyEvent.track, "member"));

function contains(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;
}

function conditions({ tenantId, personId }: HistoryScope, filter: HistoryFilter): SQL | undefined {
  const all: (SQL | undefined)[] = [eq(historyEvent.stream, HISTORY_CHAIN.stream), eq(historyEvent.tenantId, tenantId)];
  const concerns = (id: string) =>
    or(eq(historyEvent.principalId, id), eq(historyEvent.byId, id), eq(historyEvent.deciderId, id));
  if (personId !== null) all.push(concerns(personId.toLowerCase()));
  if (filter.person !== undefined) {
    all.push(or(like(historyEvent.search, contains(filter.person)), concerns(filter.person.toLowerCase())));
  }
  if (filter.role !== undefined) {
    all.push(or(like(historyEvent.roleName, contains(filter.role)), eq(historyEvent.roleId, filter.role.toLowerCase())));
  }
  if (filter.scope !== undefined) all.push(like(historyEvent.scope, contains(filter.scope)));
  if (filter.scopes !== undefined) all.push(inArray(historyEvent.scope, [...filter.scopes]));
  if (filter.kinds !== undefined && filter.kinds.length > 0) all.push(inArray(historyEvent.kind, [...filter.kinds]));
  if (filter.members === false) all.push(noMember);
  // Times are stored as ISO 8601 in UTC with milliseconds, which order as text.
  if (filter.from !== undefined) all.push(gte(historyEvent.at, filter.from.toISOString()));
  if (filter.to !== undefined) all.push(lte(historyEvent.at, filter.to.toISOString()));
  return and(...all);
}

const columns = { payload: historyEvent.payload, hash: historyEvent.hash };

/** The last row of a page: pages are ordered by when something happened, not by when it was read. */
export type HistoryCursor = { at: string; seq: number };

/** One page, newest first. */
export async function listHistory(
  db: Database,
  args: { scope: HistoryScope; filter: HistoryFilter; before: HistoryCursor | null; limit: number },
): Promise<{ events: StoredHistoryEvent[]; next: HistoryCursor | null; total: number }> {
  const where = conditions(args.scope, args.filter);
  const { before } = args;
  const older =
    before === null
      ? undefined
      : or(lt(historyEvent.at, before.at), and(eq(historyEvent.at, before.at), lt(historyEvent.seq, before.seq)));
  const rows = await db.session
    .select(columns)
    .from(historyEvent)
    .where(and(where, older))
    .orderBy(desc(historyEvent.at), desc(historyEvent.seq))
    .limit(args.limit + 1);
  const totals = await db.session.select({ total: sql<number>`count(*)::int` }).from(historyEvent).where(where);
  const events = rows.slice(0, args.limit).map(toStored);
  const last = events.at(-1);
  const next = rows.length > args.limit && last !== undefined ? { at: last.at, seq: last.seq } : null;
  return { events, next, total: Number(totals[0]?.total ?? 0) };
}

const EXPORT_PAGE = 500;

/** All that match, oldest entry of the chain first, page by page, up to the newest one at the start. */
export async function* streamHistory(
  db: Database,
  args: { scope: HistoryScope; filter: HistoryFilter },
): AsyncGenerator<StoredHistoryEvent[]> {
  const where = conditions(args.scope, args.filter);
  const newest = await db.session
    .select({ seq: sql<number>`max(${historyEvent.seq})` })
    .from(historyEvent)
    .where(where);
  const last = Number(newest[0]?.seq ?? 0);
  let after = 0;
  while (after < last) {
    const rows = await db.session
      .select(columns)
      .from(historyEvent)
      .where(and(where, gt(historyEvent.seq, after), lte(historyEvent.seq, last)))
      .orderBy(asc(historyEvent.seq))
      .limit(EXPORT_PAGE);
    const events = rows.map(toStored);
    const end = events.at(-1)?.seq;
    if (end === undefined) return;
    after = end;
    yield events;
  }
}

/** Everything about the assignments of these scopes up to a moment, and all members of groups: what the date question needs. */
export async function eventsOfScopes(db: Database, tenantId: string, scopes: readonly string[]): Promise<StoredHistoryEvent[]> {
  const rows = await db.session
    .select(columns)
    .from(historyEvent)
    .where(
      and(
        eq(historyEvent.stream, HISTORY_CHAIN.stream),
        eq(historyEvent.tenantId, tenantId),
        or(inArray(historyEvent.scope, [...scopes]), eq(historyEvent.track, "member")),
      ),
    )
    .orderBy(asc(historyEvent.seq));
  return rows.map(toStored);
}

/** Events of the active track that happened before a moment, of assignments that began after another: for reports. */
export async function eventsBetween(db: Database, tenantId: string, from: string, to: string): Promise<StoredHistoryEvent[]> {
  const rows = await db.session
    .select(columns)
    .from(historyEvent)
    .where(
      and(
        eq(historyEvent.stream, HISTORY_CHAIN.stream),
        eq(historyEvent.tenantId, tenantId),
        gte(historyEvent.at, from),
        lt(historyEvent.at, to),
        noMember,
      ),
    )
    .orderBy(asc(historyEvent.at), asc(historyEvent.seq));
  return rows.map(toStored);
}
