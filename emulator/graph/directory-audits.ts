import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import { auditsByClock } from "../world/pim-audit.ts";
import { KEPT_MS } from "../world/pim-life.ts";
import type { PimAudit } from "../world/pim-types.ts";
import type { World } from "../world/types.ts";
import { DIRECTORY_AUDIT, type ShownAudit } from "./audit-entity.ts";
import { callerOf } from "./collections.ts";
import { badRequest, denied, graphError, notFound } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { requireArea } from "./permissions.ts";
import { contextOf, renderRow, selectOf } from "./query.ts";

const DEFAULT_PAGE = 1_000;

/** The log is open to few: a permission of the application and a role of the person (pim-facts.json, audit-access). */
function requireAuditor(request: WireRequest, ctx: EmulatorContext): void {
  const caller = callerOf(request);
  requireArea(ctx.world, caller, "auditLog");
  // People need a directory role besides; an application's permission is enough.
  if (caller.kind === "servicePrincipal") return;
  const user = ctx.world.users.find((row) => row.id === caller.objectId && row.tenantId === caller.tenantId);
  const names = [user?.userPrincipalName, user?.mail].map((name) => name?.toLowerCase());
  if (!ctx.options.auditReaders.some((name) => names.includes(name.toLowerCase()))) throw denied();
}

/** Entries of the last 30 days that have happened by now, the newest first. */
function keptAudits(world: World, tenantId: string, nowMs: number): PimAudit[] {
  return [...world.pim.audits, ...auditsByClock(world, nowMs)]
    .filter((row) => row.tenantId === tenantId && row.atMs <= nowMs && row.atMs > nowMs - KEPT_MS)
    .sort((a, b) => b.atMs - a.atMs);
}

function optionOf(request: WireRequest, name: string): string | null {
  for (const [key, value] of request.query) if (key.toLowerCase() === name) return value;
  return null;
}

function wholeOf(request: WireRequest, name: string, fallback: number, least: number): number {
  const raw = optionOf(request, name);
  if (raw === null) return fallback;
  const value = Number(raw);
  if (Number.isInteger(value) && value >= least && value <= DEFAULT_PAGE) return value;
  throw badRequest(`Invalid value '${raw}' for ${name}.`);
}

function offsetOf(request: WireRequest): number {
  const raw = optionOf(request, "$skiptoken");
  if (raw === null) return 0;
  const offset = Number(Buffer.from(raw, "base64url").toString("utf8"));
  if (Number.isInteger(offset) && offset >= 0) return offset;
  throw graphError(400, "BadRequest", "The specified page token value is not valid.");
}

function nextLinkOf(request: WireRequest, offset: number): string {
  const query = new URLSearchParams(request.query);
  query.set("$skiptoken", Buffer.from(String(offset)).toString("base64url"));
  return `${request.origin}${request.path}?${query.toString().replaceAll("%24", "$")}`;
}

function ordered(request: WireRequest, rows: ShownAudit[]): ShownAudit[] {
  const order = optionOf(request, "$orderby")?.trim().toLowerCase() ?? "activitydatetime desc";
  if (order === "activitydatetime desc") return rows;
  if (order === "activitydatetime" || order === "activitydatetime asc") return rows.toReversed();
  throw badRequest(`The order '${order}' is not supported. Supported: activityDateTime.`);
}

function list(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireAuditor(request, ctx);
  const { world } = ctx;
  const filterText = optionOf(request, "$filter");
  const filter = filterText === null ? null : parseFilter(filterText, DIRECTORY_AUDIT);
  const audits = keptAudits(world, callerOf(request).tenantId, ctx.clock.nowMs());
  const rows = ordered(
    request,
    audits.map((audit): ShownAudit => ({ id: audit.id, audit, world })),
  );
  const found = filter === null ? rows : rows.filter(filter.test);
  const { names, isExplicit } = selectOf(request, DIRECTORY_AUDIT);
  const offset = offsetOf(request);
  const end = offset + wholeOf(request, "$top", DEFAULT_PAGE, 1);
  const body = {
    "@odata.context": contextOf(request, "auditLogs/directoryAudits", isExplicit ? names : null),
    ...(end < found.length ? { "@odata.nextLink": nextLinkOf(request, end) } : {}),
    value: found.slice(offset, end).map((row) => renderRow(row, DIRECTORY_AUDIT, names, { selected: isExplicit, inList: true })),
  };
  return { status: 200, body };
}

function get(request: WireRequest, ctx: EmulatorContext): WireResponse {
  requireAuditor(request, ctx);
  const { world } = ctx;
  const id = request.params.id ?? "";
  const { names, isExplicit } = selectOf(request, DIRECTORY_AUDIT);
  const audit = keptAudits(world, callerOf(request).tenantId, ctx.clock.nowMs()).find((row) => row.id === id);
  if (audit === undefined) throw notFound(id);
  const context = contextOf(request, "auditLogs/directoryAudits", isExplicit ? names : null, "/$entity");
  const row = renderRow({ id, audit, world }, DIRECTORY_AUDIT, names, { selected: isExplicit, inList: false });
  return { status: 200, body: { "@odata.context": context, ...row } };
}

const base = { face: "graph" as const, method: "GET", right: null };
const DOCS = "https://learn.microsoft.com/graph/api";

/** The directory's audit log as far as Privileged Identity Management writes it (azure-apis.md 6.9). */
export const directoryAuditRoutes: Route[] = [
  {
    ...base,
    pattern: "/v1.0/auditlogs/directoryaudits",
    query: ["$filter", "$top", "$select", "$orderby", "$skiptoken"],
    source: `${DOCS}/directoryaudit-list`,
    handle: list,
  },
  {
    ...base,
    pattern: "/v1.0/auditlogs/directoryaudits/{id}",
    query: ["$select"],
    source: `${DOCS}/directoryaudit-get`,
    handle: get,
  },
];
