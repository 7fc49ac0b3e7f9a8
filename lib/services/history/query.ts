import "server-only";
import { z } from "zod";
import type { HistoryCursor, HistoryFilter, HistoryScope } from "@/lib/db/elevation-history";
import { HISTORY_KINDS } from "@/lib/domain/elevation/history/types";
import { rangeOfWeek } from "@/lib/domain/elevation/history/week";
import { AppError } from "@/lib/domain/errors";
import { parseMachineId } from "@/lib/domain/machine";
import type { Operator } from "@/lib/domain/operator";

const text = z.string().trim().min(1).max(200);
const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const kinds = z
  .string()
  .max(300)
  .transform((value) => value.split(","))
  .pipe(z.array(z.enum(HISTORY_KINDS)).max(HISTORY_KINDS.length));
const machine = z
  .string()
  .max(500)
  .refine((value) => parseMachineId(value) !== null, "Not the id of an Arc machine.");

const filterShape = {
  person: text.optional(),
  role: text.optional(),
  scope: text.optional(),
  kind: kinds.optional(),
  machine: machine.optional(),
  from: moment.optional(),
  to: moment.optional(),
};

const cursor = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z_[1-9]\d{0,15}$/)
  .transform((value): HistoryCursor => {
    const cut = value.lastIndexOf("_");
    return { at: value.slice(0, cut), seq: Number(value.slice(cut + 1)) };
  });

/** Query of GET /api/history. */
export const historyQuerySchema = z.strictObject({
  ...filterShape,
  cursor: cursor.optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.number().max(200))
    .optional(),
});
export const historyExportQuerySchema = z.strictObject({ ...filterShape, format: z.enum(["csv", "json"]) });

/** Query of GET /api/history/on: a whole day (UTC), or one moment. */
export const historyOnQuerySchema = z
  .strictObject({ machine, date: z.iso.date().optional(), at: moment.optional() })
  .refine(({ date, at }) => (date === undefined) !== (at === undefined), {
    path: ["date"],
    message: "Give date or at, one of them.",
  });

export const historyReportQuerySchema = z.strictObject({
  week: z.string().refine((value) => rangeOfWeek(value) !== null, "Not a week such as 2026-W47."),
});

export type HistoryQuery = z.output<typeof historyQuerySchema>;
export type HistoryExportQuery = z.output<typeof historyExportQuerySchema>;
export type HistoryOnQuery = z.output<typeof historyOnQuerySchema>;
export type HistoryReportQuery = z.output<typeof historyReportQuerySchema>;

export function cursorText({ at, seq }: HistoryCursor): string {
  return `${at}_${seq}`;
}

function seesAll(operator: Operator): boolean {
  return operator.portalRoles.includes("Portal.Auditor") || operator.portalRoles.includes("Portal.Admin");
}

/** Everybody sees what concerns them; Portal.Auditor and Portal.Admin see all of their tenant. */
export function historyScope(operator: Operator): HistoryScope {
  return { tenantId: operator.tenantId, personId: seesAll(operator) ? null : operator.objectId };
}

/** For answers that cannot be cut down to one person. Throws AppError forbidden. */
export function requireAuditor(operator: Operator): void {
  if (seesAll(operator)) return;
  throw new AppError({
    code: "forbidden",
    message: "This answer names everybody's access, which needs the portal role Portal.Auditor.",
    nextStep: "Ask the portal's administrator to assign the app role Portal.Auditor to you in Microsoft Entra.",
  });
}

/** `scopes`: those that reach the machine of the query, when it names one. */
export function historyFilter(query: Pick<HistoryQuery, keyof typeof filterShape>, scopes?: readonly string[]): HistoryFilter {
  const { person, role, scope, kind, from, to } = query;
  return { person, role, scope, kinds: kind, from, to, scopes };
}
