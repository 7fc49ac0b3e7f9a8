import "server-only";
import { listAudit } from "@/lib/db/audit-read";
import type { AuditPage } from "@/lib/domain/api";
import type { ServiceContext } from "../context";
import { type AuditQuery, auditFilter, auditScope } from "./query";

const DEFAULT_LIMIT = 50;

/** One page of the audit, newest first, of what this operator may see. */
export async function listAuditEntries(args: { ctx: ServiceContext; input: AuditQuery }): Promise<AuditPage> {
  const { ctx, input } = args;
  const scope = auditScope(ctx.operator);
  const page = await listAudit(ctx.db, {
    scope,
    filter: auditFilter(input),
    before: input.cursor ?? null,
    limit: input.limit ?? DEFAULT_LIMIT,
  });
  return {
    entries: page.entries,
    nextCursor: page.nextBefore === null ? null : String(page.nextBefore),
    total: page.total,
    scope: scope.operatorObjectId === null ? "all" : "own",
    asOf: ctx.clock.now().toISOString(),
  };
}
