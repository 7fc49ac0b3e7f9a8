import { type ClientFixture, createClientFixture } from "@/lib/azure/client-fixture";
import type { Database } from "@/lib/db/database";
import { type MachineRef, parseMachineId } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { ADA, quiet } from "../operations/testing";

/** A running local Azure as the contract tests of this folder use it; the test starts and steers it. */
export type AccessBench = {
  fixture: ClientFixture;
  as(upn: string, changes?: Partial<ServiceContext>): ServiceContext;
  machine(name: string): MachineRef;
  nowMs: { value: number };
};

export const OPERATOR = "olivia.operator@contoso.example";
export const SECURITY = "sofia.security@contoso.example";
export const OWNER = "ada.admin@contoso.example";
export const READER = "rene.reader@contoso.example";
export const LOGIN_ADMIN = "lena.login@contoso.example";
export const NO_RIGHTS = "nora.norights@contoso.example";
export const PARTIAL = "wade.wholesale@contoso.example";

type Running = Parameters<typeof createClientFixture>[0];

export async function createAccessBench(running: Running, db: Database = {} as Database): Promise<AccessBench> {
  const fixture = createClientFixture(running);
  const nowMs = { value: Date.parse("2026-11-21T10:00:00Z") };
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name";
  const { rows } = await fixture.clientsFor(OWNER).resourceGraph.query({ query });
  const refs = new Map(rows.map((row) => [String(row.name), parseMachineId(String(row.id))]));
  return {
    fixture,
    nowMs,
    machine(name) {
      const ref = refs.get(name);
      if (ref == null) throw new Error(`no machine ${name}: ${[...refs.keys()].join(" ")}`);
      return ref;
    },
    as: (upn, changes = {}) => ({
      operator: { ...ADA, objectId: upn, name: upn, tenantId: fixture.config.tenantId },
      azure: fixture.clientsFor(upn, { attemptTimeoutMs: 5_000 }),
      db,
      config: fixture.config,
      clock: { now: () => new Date(nowMs.value) },
      log: quiet,
      traceId: "trace",
      signal: new AbortController().signal,
      ...changes,
    }),
  };
}
