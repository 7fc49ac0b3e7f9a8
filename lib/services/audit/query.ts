import "server-only";
import { z } from "zod";
import type { AuditFilter, AuditScope } from "@/lib/db/audit-read";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "@/lib/domain/api";
import type { Operator } from "@/lib/domain/operator";

const text = z.string().trim().min(1).max(200);
const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const outcomes = z
  .string()
  .max(100)
  .transform((value) => value.split(","))
  .pipe(z.array(z.enum(AUDIT_OUTCOMES)).max(AUDIT_OUTCOMES.length));

const filterShape = {
  who: text.optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  outcome: outcomes.optional(),
  target: text.optional(),
  operation: z.guid().optional(),
  from: moment.optional(),
  to: moment.optional(),
};

/** Query of GET /api/audit. */
export const auditQuerySchema = z.strictObject({
  ...filterShape,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number)
    .optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.number().max(200))
    .optional(),
});

/** Query of GET /api/audit/export. */
export const auditExportQuerySchema = z.strictObject({ ...filterShape, format: z.enum(["csv", "json"]) });

export type AuditQuery = z.output<typeof auditQuerySchema>;
export type AuditExportQuery = z.output<typeof auditExportQuerySchema>;

/** Everybody sees own entries; Portal.Auditor and Portal.Admin see all of their tenant. */
export function auditScope(operator: Operator): AuditScope {
  const all = operator.portalRoles.includes("Portal.Auditor") || operator.portalRoles.includes("Portal.Admin");
  return { tenantId: operator.tenantId, operatorObjectId: all ? null : operator.objectId };
}

export function auditFilter(query: Pick<AuditQuery, keyof typeof filterShape>): AuditFilter {
  const { who, action, outcome, target, operation, from, to } = query;
  return { who, action, outcomes: outcome, target, operationId: operation, from, to };
}
