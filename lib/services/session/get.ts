import "server-only";
import type { SessionInfo } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { problemOf } from "@/lib/domain/problem";
import type { ServiceContext } from "../context";

type Part<T> = { value: T; error: unknown };

/** A demand for a stronger sign-in must reach the browser; any other failure makes the session poorer, not absent. */
async function orElse<T>(ctx: ServiceContext, fallback: T, read: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await read(), error: null };
  } catch (error) {
    if (ctx.signal.aborted || (error instanceof AppError && error.code === "unauthenticated")) throw error;
    if (!(error instanceof AppError)) ctx.log.error("session.partFailed", error, { traceId: ctx.traceId });
    return { value: fallback, error };
  }
}

/** Only a refusal is a "no". When Graph does not answer, the pages that need it find out and say so themselves. */
async function mayRead(ctx: ServiceContext, what: "certificates" | "people"): Promise<boolean> {
  const part = await orElse(ctx, true, () => ctx.azure.graph.mayRead(what, { signal: ctx.signal }));
  return part.value;
}

function completenessOf(ctx: ServiceContext, asOf: string, received: number, error: unknown): Completeness {
  const missing =
    error === null ? [] : [{ source: "subscriptions", label: "Subscriptions", problem: problemOf(error, ctx.traceId) }];
  return { expected: error === null ? received : null, received, complete: error === null, missing, asOf };
}

/** Who is signed in, which tenants and subscriptions they reach and what Graph lets them read. For GET /api/session. */
export async function getSession(args: { ctx: ServiceContext }): Promise<SessionInfo> {
  const { ctx } = args;
  const { operator } = ctx;
  const asOf = ctx.clock.now().toISOString();
  const [tenants, subscriptions, readCertificates, readPeople] = await Promise.all([
    orElse(ctx, [], () => ctx.azure.resourceManager.listTenants({ signal: ctx.signal })),
    orElse(ctx, [], () => ctx.azure.resourceManager.listSubscriptions({ signal: ctx.signal })),
    mayRead(ctx, "certificates"),
    mayRead(ctx, "people"),
  ]);
  const isCurrent = (tenantId: string) => tenantId.toLowerCase() === operator.tenantId.toLowerCase();
  const allowed = new Set(ctx.config.allowedTenantIds.map((id) => id.toLowerCase()));
  const rows = tenants.value.filter((row) => allowed.has(row.tenantId.toLowerCase()));
  // The tenant one is signed in to is always listed, whatever Azure says about it.
  const own = rows.some((row) => isCurrent(row.tenantId))
    ? []
    : [{ tenantId: operator.tenantId, displayName: operator.tenantId, defaultDomain: "" }];
  const { objectId, tenantId, name, userPrincipalName, isGuest } = operator;
  return {
    operator: { objectId, tenantId, name, userPrincipalName, isGuest },
    portalRoles: operator.portalRoles,
    tenants: [...own, ...rows].map((row) => ({ ...row, current: isCurrent(row.tenantId) })),
    subscriptions: subscriptions.value.map(({ id, name: label, state }) => ({ id, name: label, state })),
    subscriptionsCompleteness: completenessOf(ctx, asOf, subscriptions.value.length, subscriptions.error),
    capabilities: { readCertificates, readPeople },
  };
}
