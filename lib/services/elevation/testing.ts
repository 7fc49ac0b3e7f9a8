import { createClientFixture, heldTokens } from "@/lib/azure/client-fixture";
import type { Database } from "@/lib/db/database";
import type { EligibleRow, MyElevation } from "@/lib/domain/elevation/api";
import type { ElevationAction } from "@/lib/domain/elevation/write-api";
import { ElevationRunner } from "@/lib/jobs/elevation-runner";
import type { ServiceContext } from "../context";
import { OperatorAccess } from "../operations/access";
import { ADA, quiet } from "../operations/testing";

export const OPERATOR = "olivia.operator@contoso.example";
export const APPROVER = "anton.approver@contoso.example";
export const SECOND_APPROVER = "ada.admin@contoso.example";
export const READER = "rene.reader@contoso.example";

type TokenOrder = { upn: string; resource: "arm" | "graph"; acrs?: string[]; capabilities?: string[]; amr?: string[] };
type Running = {
  origin: string;
  clock: { nowMs(): number };
  token(order: TokenOrder): Promise<string>;
};

/** People of a running local Azure with the sign-in they made; `as` again with contexts is a stronger sign-in. */
export type ElevationBench = {
  as(upn: string, contexts?: string[]): Promise<ServiceContext>;
  runner: ElevationRunner;
  /** The portal's clock runs ahead of Azure's by this. */
  aheadMs: { value: number };
  now(): Date;
};

export function createElevationBench(running: Running, db: Database): ElevationBench {
  const fixture = createClientFixture({ origin: running.origin, token: ({ upn, resource }) => running.token({ upn, resource }) });
  const aheadMs = { value: 0 };
  const now = () => new Date(running.clock.nowMs() + aheadMs.value);
  const access = new OperatorAccess(() => now().getTime());
  let signIns = 0;
  return {
    aheadMs,
    now,
    runner: new ElevationRunner({ db, now, log: quiet, access }),
    async as(upn, contexts = []) {
      const me = await fixture.clientsFor(upn).graph.me();
      const tokens = heldTokens(fixture.config.cloud.graph, (resource) =>
        running.token({ upn, resource, acrs: contexts, capabilities: ["cp1"], amr: ["pwd", "mfa"] }),
      );
      const azure = fixture.clientsFor(upn, { tokens, clock: { now }, attemptTimeoutMs: 5_000 });
      signIns += 1;
      const operator = {
        ...ADA,
        objectId: me.id,
        name: me.displayName,
        userPrincipalName: upn,
        tenantId: fixture.config.tenantId,
      };
      access.remember(operator, now().getTime() + 365 * 86_400_000 + signIns, () => azure);
      return {
        operator,
        azure,
        db,
        config: fixture.config,
        clock: { now },
        log: quiet,
        traceId: "trace",
        signal: new AbortController().signal,
        tokenExpiresAtMs: signIns,
      };
    },
  };
}

type Activate = Extract<ElevationAction, { kind: "activate" }>;

/** A filled-in form that fits the row's policy. */
export function activationOf(row: EligibleRow, over: Partial<Activate> = {}): Activate {
  return {
    kind: "activate",
    id: crypto.randomUUID(),
    eligibleScheduleId: row.scheduleId,
    roleDefinitionId: row.role.definitionId,
    eligibleScope: row.scope.id,
    scope: row.scope.id,
    minutes: 60,
    startsAt: null,
    justification: "INC-1: disk full",
    ticket: { number: "INC-1", system: "ServiceNow" },
    policyStamp: row.policy.known ? row.policy.policy.stamp : null,
    ...over,
  };
}

/** The one row of mine for this role at this scope. */
export function eligibleAt(mine: MyElevation, scope: string, roleId: string): EligibleRow {
  const row = mine.eligible.find((one) => one.role.id === roleId && one.scope.id.toLowerCase() === scope.toLowerCase());
  if (row === undefined) throw new Error(`not eligible for ${roleId} at ${scope}`);
  return row;
}
