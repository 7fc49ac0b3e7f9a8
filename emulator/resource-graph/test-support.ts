import type { Caller, EmulatorContext, WireRequest, WireResponse } from "../core/contract.ts";
import { WireError } from "../core/contract.ts";
import { defaultOptions } from "../core/options.ts";
import { createAccessEvaluator } from "../core/rbac.ts";
import { createWorld } from "../world/create-world.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import { resourceGraphRoutes } from "./routes.ts";

export const TEST_NOW_MS = Date.UTC(2026, 6, 16, 8, 0, 0);

/** A context without sockets, for tests of handlers. */
export function createTestContext(machines = 40): EmulatorContext {
  let now = TEST_NOW_MS;
  let guids = 0;
  const world = createWorld({ seed: 1, machines, nowMs: now });
  const access = createAccessEvaluator(world, () => now);
  return {
    world,
    clock: {
      nowMs: () => now,
      set: (ms) => {
        now = ms;
      },
      advance: (ms) => {
        now += ms;
      },
    },
    options: { ...defaultOptions() },
    random: () => 0.5,
    newGuid: () => {
      guids += 1;
      return `00000000-0000-4000-8000-${String(guids).padStart(12, "0")}`;
    },
    isAllowed: (caller, action, scope, dataAction) => access.isAllowed(caller, action, scope, dataAction),
  };
}

export function callerOf(ctx: EmulatorContext, userName: string, extra: Partial<Caller> = {}): Caller {
  const user = ctx.world.users.find(
    (row) => row.tenantId === (extra.tenantId ?? CONTOSO_TENANT_ID) && row.userPrincipalName.startsWith(userName),
  );
  if (!user) throw new Error(`no user ${userName}`);
  return {
    tenantId: user.tenantId,
    objectId: user.id,
    kind: "user",
    appId: "test",
    scopes: ["User.Read"],
    acrs: [],
    amr: ["pwd"],
    canStepUp: true,
    issuedAtMs: ctx.clock.nowMs(),
    claims: {},
    ...extra,
  };
}

export function wireRequest(caller: Caller, body: unknown, over: Partial<WireRequest> = {}): WireRequest {
  return {
    face: "resourceGraph",
    method: "POST",
    origin: "https://management.azure.com",
    path: "/providers/Microsoft.ResourceGraph/resources",
    query: new URLSearchParams({ "api-version": "2022-10-01" }),
    headers: {},
    bodyText: JSON.stringify(body),
    json: () => body,
    params: {},
    caller,
    requestId: "r",
    correlationId: "c",
    ...over,
  };
}

export type QueryAnswer = {
  totalRecords: number;
  count: number;
  data: Record<string, unknown>[];
  facets: Record<string, unknown>[];
  resultTruncated: string;
  $skipToken?: string;
};
export type ErrorAnswer = { error: { code: string; message: string; details: Record<string, unknown>[] } };

export async function query(ctx: EmulatorContext, caller: Caller, body: Record<string, unknown>): Promise<QueryAnswer> {
  const response = await resourceGraphRoutes[0]?.handle(wireRequest(caller, body), ctx);
  return (response as WireResponse).body as QueryAnswer;
}

export async function refusedQuery(
  ctx: EmulatorContext,
  caller: Caller,
  body: Record<string, unknown>,
): Promise<{ status: number; body: ErrorAnswer }> {
  try {
    await query(ctx, caller, body);
  } catch (error) {
    if (error instanceof WireError) return { status: error.status, body: error.body as ErrorAnswer };
    throw error;
  }
  throw new Error("the query was accepted");
}
