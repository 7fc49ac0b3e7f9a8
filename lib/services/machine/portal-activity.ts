import "server-only";
import { and, desc, eq, sql } from "drizzle-orm";
import { AUDIT_STREAM } from "@/lib/db/audit";
import { auditEvent } from "@/lib/db/schema";
import type { ActivityEntry } from "@/lib/domain/api";
import type { ServiceContext } from "../context";

const LIMIT = 100;

/**
 * What the portal itself did to a machine, newest first. Everybody sees their own; the whole record needs a portal role, as
 * on the audit page.
 */
export async function portalActivity(ctx: Pick<ServiceContext, "db" | "operator">, machineId: string): Promise<ActivityEntry[]> {
  const { operator } = ctx;
  const target = machineId.toLowerCase();
  const conditions = [
    eq(auditEvent.stream, AUDIT_STREAM),
    eq(auditEvent.tenantId, operator.tenantId),
    sql`(lower(${auditEvent.target}) = ${target} or lower(${auditEvent.target}) like ${`${escapeLike(target)}/%`})`,
    ...(operator.portalRoles.length > 0 ? [] : [eq(auditEvent.operatorId, operator.objectId)]),
  ];
  const rows = await ctx.db.session
    .select({ at: auditEvent.eventAt, action: auditEvent.action, outcome: auditEvent.outcome, name: auditEvent.operatorName })
    .from(auditEvent)
    .where(and(...conditions))
    .orderBy(desc(auditEvent.seq))
    .limit(LIMIT);
  return rows.map((row) => ({
    at: row.at ?? "",
    operation: row.action ?? "",
    status: row.outcome ?? "",
    caller: row.name,
    correlationId: null,
    source: "portal",
  }));
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`);
}
