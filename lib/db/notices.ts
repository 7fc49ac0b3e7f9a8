import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { and, asc, desc, eq, isNull, lte, sql } from "drizzle-orm";
import { jsonBody, teamsBody } from "@/lib/domain/notices/bodies";
import { GIVE_UP_AFTER_MS } from "@/lib/domain/notices/retry";
import type { Notice, NoticeKind, NoticeState, NoticeTarget } from "@/lib/domain/notices/types";
import type { Database, DbSession } from "./database";
import { historyHolding, noticeOutbox } from "./history-schema";
import { lockedOnce } from "./query";

type Raw = typeof noticeOutbox.$inferSelect;
/** State, target and kind are among the named ones: the table's checks and enqueueNotices hold them. */
export type NoticeRow = Omit<Raw, "state" | "target" | "kind"> & { state: NoticeState; target: NoticeTarget; kind: NoticeKind };

const asRow = (row: Raw): NoticeRow => row as NoticeRow;

/** The id of a fact: a UUID of version 8 made from its name, so that whoever finds the fact first gives it the same id. */
export function noticeEventId(tenantId: string, fact: string): string {
  const hex = createHash("sha256").update(`arcwarden-notice\n${tenantId}\n${fact}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export type EnqueueArgs = {
  tenantId: string;
  notices: readonly Notice[];
  /** Targets that are configured; none = nothing is stored. */
  targets: readonly NoticeTarget[];
  /** Address of the portal for links. */
  origin: string | null;
  now: Date;
  /** Azure's clock minus the portal's, in milliseconds: due times are of Azure's clock. */
  azureAheadMs?: number;
};

/**
 * Puts notices into the outbox, inside the transaction that stores what they tell. A notice that is there already stays as it
 * is: one event id is enqueued once per target, for ever. Gives back how many rows are new.
 */
export async function enqueueNotices(tx: DbSession, args: EnqueueArgs): Promise<number> {
  const { tenantId, now } = args;
  const rows = args.notices.flatMap((notice) => {
    const eventId = notice.kind === "test" ? randomUUID() : noticeEventId(tenantId, notice.fact);
    const body = jsonBody(notice, { id: eventId, tenantId, origin: args.origin });
    const dueMs = notice.dueAt === null ? now.getTime() : Date.parse(notice.dueAt) - (args.azureAheadMs ?? 0);
    const notBefore = new Date(Math.max(now.getTime(), dueMs));
    return args.targets.map((target) => ({
      eventId,
      target,
      tenantId,
      kind: notice.kind,
      subject: body.title,
      body: JSON.stringify(target === "json" ? body : teamsBody(body)),
      state: "waiting",
      createdAt: now,
      notBefore,
      giveUpAt: new Date(notBefore.getTime() + GIVE_UP_AFTER_MS),
      attempts: 0,
      fence: 0,
      holding: notice.holding === null ? null : `${notice.holding}|${notice.endsAt ?? ""}`,
    }));
  });
  if (rows.length === 0) return 0;
  const stored = await tx.insert(noticeOutbox).values(rows).onConflictDoNothing().returning({ eventId: noticeOutbox.eventId });
  return stored.length;
}

/** Takes due notices for `leaseUntil`. The attempt is counted before anything is sent, so that a killed one counts too. */
export async function claimNotices(
  db: Database,
  args: { now: Date; leaseUntil: Date; limit: number; targets: readonly NoticeTarget[] },
): Promise<NoticeRow[]> {
  if (args.targets.length === 0) return [];
  const due = db.session
    .select({ eventId: noticeOutbox.eventId, target: noticeOutbox.target })
    .from(noticeOutbox)
    .where(
      and(
        isNull(noticeOutbox.endedAt),
        lte(noticeOutbox.notBefore, args.now),
        sql`${noticeOutbox.target} in ${[...args.targets]}`,
      ),
    )
    .orderBy(asc(noticeOutbox.notBefore))
    .limit(args.limit)
    .for("update", { skipLocked: true });
  const rows = await db.session
    .update(noticeOutbox)
    .set({
      state: "sending",
      notBefore: args.leaseUntil,
      attempts: sql`${noticeOutbox.attempts} + 1`,
      fence: sql`${noticeOutbox.fence} + 1`,
    })
    .where(sql`(${noticeOutbox.eventId}, ${noticeOutbox.target}) in ${lockedOnce(due)}`)
    .returning();
  return rows.map(asRow);
}

export type NoticeResult = {
  state: NoticeState;
  notBefore?: Date;
  lastAt: Date;
  lastStatus: number | null;
  lastError: string | null;
  endedAt: Date | null;
};

/** Writes how an attempt ended, if it is still this holder's. */
export async function finishNotice(db: Database, row: NoticeRow, result: NoticeResult): Promise<boolean> {
  const rows = await db.session
    .update(noticeOutbox)
    .set(result)
    .where(
      and(
        eq(noticeOutbox.eventId, row.eventId),
        eq(noticeOutbox.target, row.target),
        eq(noticeOutbox.fence, row.fence),
        isNull(noticeOutbox.endedAt),
      ),
    )
    .returning({ eventId: noticeOutbox.eventId });
  return rows.length > 0;
}

/** Whether what a notice of an end says is still so: the activation goes on and ends when the notice says. */
export async function endStillPlanned(db: Database, row: NoticeRow): Promise<boolean> {
  if (row.holding === null) return true;
  const cut = row.holding.lastIndexOf("|");
  const [id, endsAt] = [row.holding.slice(0, cut), row.holding.slice(cut + 1)];
  const rows = await db.session
    .select({ endsAt: historyHolding.endsAt, endedAt: historyHolding.endedAt })
    .from(historyHolding)
    .where(and(eq(historyHolding.tenantId, row.tenantId), eq(historyHolding.id, id)));
  const [holding] = rows;
  if (holding === undefined) return true;
  return holding.endedAt === null && (holding.endsAt?.toISOString() ?? "") === endsAt;
}

/** The newest notices of a tenant. */
export async function recentNotices(db: Database, tenantId: string, limit: number): Promise<NoticeRow[]> {
  const rows = await db.session
    .select()
    .from(noticeOutbox)
    .where(eq(noticeOutbox.tenantId, tenantId))
    .orderBy(desc(noticeOutbox.createdAt), asc(noticeOutbox.target))
    .limit(limit);
  return rows.map(asRow);
}

export async function noticeCounts(db: Database, tenantId: string): Promise<Record<NoticeState, number>> {
  const rows = await db.session
    .select({ state: noticeOutbox.state, count: sql<number>`count(*)::int` })
    .from(noticeOutbox)
    .where(eq(noticeOutbox.tenantId, tenantId))
    .groupBy(noticeOutbox.state);
  const counts: Record<NoticeState, number> = { waiting: 0, sending: 0, delivered: 0, givenUp: 0, dropped: 0 };
  for (const { state, count } of rows) counts[state as NoticeState] = Number(count);
  return counts;
}

/** Puts a given-up notice back, under its old event id. Null when it is not one of the tenant or was not given up. */
export async function retryNotice(
  tx: DbSession,
  of: { tenantId: string; eventId: string; target: NoticeTarget },
  now: Date,
): Promise<NoticeRow | null> {
  const rows = await tx
    .update(noticeOutbox)
    .set({ state: "waiting", notBefore: now, giveUpAt: new Date(now.getTime() + GIVE_UP_AFTER_MS), endedAt: null, attempts: 0 })
    .where(
      and(
        eq(noticeOutbox.tenantId, of.tenantId),
        eq(noticeOutbox.eventId, of.eventId),
        eq(noticeOutbox.target, of.target),
        eq(noticeOutbox.state, "givenUp"),
      ),
    )
    .returning();
  return rows[0] === undefined ? null : asRow(rows[0]);
}

/** Frees every lease. Only for the embedded store: its directory lock proves that no other holder lives. */
export async function freeNoticeLeases(db: Database, now: Date): Promise<void> {
  await db.session
    .update(noticeOutbox)
    .set({ notBefore: now, state: "waiting" })
    .where(and(isNull(noticeOutbox.endedAt), eq(noticeOutbox.state, "sending")));
}
