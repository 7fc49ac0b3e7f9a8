import "server-only";
import { z } from "zod";
import { appendAudit } from "@/lib/db/audit";
import { enqueueNotices, type NoticeRow, noticeCounts, recentNotices, retryNotice } from "@/lib/db/notices";
import { AppError } from "@/lib/domain/errors";
import type { NoticeDelivery, NoticeQueued, NoticesView } from "@/lib/domain/notices/api";
import { NOTICE_TARGETS, type Notice, type NoticeTarget } from "@/lib/domain/notices/types";
import type { ServiceContext } from "../context";
import { hostOf } from "./transport";

export const noticeTestSchema = z.strictObject({ target: z.enum(NOTICE_TARGETS) });
export const noticeRetrySchema = z.strictObject({ eventId: z.guid(), target: z.enum(NOTICE_TARGETS) });

const SHOWN = 30;

function toDelivery(row: NoticeRow): NoticeDelivery {
  const { eventId, target, kind, subject, state, attempts, lastStatus, lastError } = row;
  return {
    eventId,
    target,
    kind,
    subject,
    state,
    createdAt: row.createdAt.toISOString(),
    attempts,
    lastAt: row.lastAt?.toISOString() ?? null,
    lastStatus,
    lastError,
    nextAt: row.endedAt === null ? row.notBefore.toISOString() : null,
  };
}

/** Where notices go, what became of the newest, how many there are in each state. The route asks for Portal.Admin. */
export async function getNotices(args: { ctx: ServiceContext }): Promise<NoticesView> {
  const { ctx } = args;
  const { tenantId } = ctx.operator;
  const [rows, counts] = await Promise.all([recentNotices(ctx.db, tenantId, SHOWN), noticeCounts(ctx.db, tenantId)]);
  return {
    targets: NOTICE_TARGETS.map((target) => ({ target, host: hostOf(ctx.config, target) })),
    counts,
    deliveries: rows.map(toDelivery),
    asOf: ctx.clock.now().toISOString(),
  };
}

function auditOf(ctx: ServiceContext, action: "notice.test" | "notice.retry", targetId: string) {
  const { tenantId, objectId, name } = ctx.operator;
  const who = { tenantId, operatorObjectId: objectId, operatorName: name };
  return {
    ...who,
    at: ctx.clock.now(),
    action,
    targetId,
    outcome: "done" as const,
    operationId: null,
    traceId: ctx.traceId,
    detail: {},
  };
}

/** Puts a test notice into the outbox; it goes the same way as every other. Throws AppError conflict for a target that is not set. */
export async function testNotice(args: { ctx: ServiceContext; input: { target: NoticeTarget } }): Promise<NoticeQueued> {
  const { ctx, input } = args;
  if (hostOf(ctx.config, input.target) === null) {
    throw new AppError({
      code: "conflict",
      message: "This target has no address.",
      nextStep: "Set its variables in the portal's environment and start the portal again.",
    });
  }
  const at = ctx.clock.now();
  const notice: Notice = {
    kind: "test",
    fact: "test",
    at: at.toISOString(),
    person: { id: ctx.operator.objectId, kind: "user", name: ctx.operator.name, detail: "" },
    role: null,
    scope: null,
    startsAt: null,
    endsAt: null,
    decision: null,
    decidedBy: null,
    reason: "",
    justification: "",
    ticket: null,
    path: "/settings",
    dueAt: null,
    holding: null,
  };
  const queued = await ctx.db.session.transaction(async (tx) => {
    await appendAudit(tx, auditOf(ctx, "notice.test", input.target));
    return enqueueNotices(tx, {
      tenantId: ctx.operator.tenantId,
      notices: [notice],
      targets: [input.target],
      origin: ctx.config.publicOrigin,
      now: at,
    });
  });
  return { eventId: null, queued };
}

/** Puts a given-up notice back under its old id. Throws AppError not_found when there is none. */
export async function sendNoticeAgain(args: {
  ctx: ServiceContext;
  input: z.output<typeof noticeRetrySchema>;
}): Promise<NoticeQueued> {
  const { ctx, input } = args;
  const of = { tenantId: ctx.operator.tenantId, ...input };
  const row = await ctx.db.session.transaction(async (tx) => {
    const found = await retryNotice(tx, of, ctx.clock.now());
    if (found !== null) await appendAudit(tx, auditOf(ctx, "notice.retry", input.eventId));
    return found;
  });
  if (row === null) {
    throw new AppError({
      code: "not_found",
      message: "There is no notice with this id that was given up.",
      nextStep: "Load the list again; it may be on its way already.",
    });
  }
  return { eventId: row.eventId, queued: 1 };
}
