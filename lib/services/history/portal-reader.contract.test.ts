import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApplicationTokens } from "@/lib/auth/application-tokens";
import { createManagedIdentityTokens } from "@/lib/auth/managed-identity";
import type { TokenProvider } from "@/lib/auth/token-provider";
import { readConfig } from "@/lib/config/env";
import { stepsOf } from "@/lib/db/history-state";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { roleDefinitionIdAt } from "@/lib/domain/access/write-request";
import { armScope } from "@/lib/domain/clouds";
import { HistorySweep } from "@/lib/jobs/history-sweep";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { personaId } from "../../../emulator/world/personas";
import { PORTAL_APP_ID } from "../../../emulator/world/portal-app";
import { FABRIKAM_TENANT_ID } from "../../../emulator/world/types";
import { type AccessBench, createAccessBench, OPERATOR, OWNER } from "../access/testing";
import type { ServiceContext } from "../context";
import { quiet } from "../operations/testing";
import { type HistoryReading, readCoverage } from "./coverage";
import { listHistoryEvents } from "./list";
import { PortalReader } from "./portal-reader";

const HEADER = "header-of-the-app";
const BRIEF = "5f0c3a52-0000-4000-8000-00000000b1ef";
let azure: LocalAzure;
let control: ControlClient;
let store: TestDatabase;
let bench: AccessBench;
let tenantId: string;

/** The protocol of App Service and Container Apps, as the library of Azure speaks it. */
async function appToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }> {
  const resource = String(scopes).replace(/\/\.default$/, "");
  const url = `${azure.appIdentityEndpoint}?${new URLSearchParams({ "api-version": "2019-08-01", resource })}`;
  const answer = (await (await fetch(url, { headers: { "x-identity-header": HEADER } })).json()) as Record<string, string>;
  return { token: answer.access_token ?? "", expiresOnTimestamp: Number(answer.expires_on) * 1_000 };
}

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, appService: { header: HEADER }, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
  ({ tenantId } = bench.fixture.config);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
/** The world as it was and nothing copied yet. */
async function emptied(): Promise<void> {
  await control.reset();
  for (const table of ["history_holding", "history_window", "history_step"]) {
    await store.db.session.execute(sql.raw(`delete from ${table}`));
  }
}

const now = () => new Date(azure.clock.nowMs());

function readerOf(tokens: TokenProvider, kind: "managed" | "application" = "managed", tenantIds = [tenantId]): PortalReader {
  const create = () => ({ tokens, azure: bench.fixture.clientsFor("portal", { tokens, attemptTimeoutMs: 5_000 }) });
  return new PortalReader({ kind, tenantIds, create, armScope: armScope(bench.fixture.config.cloud), now });
}
const managed = () => createManagedIdentityTokens({ getToken: appToken });

async function sweepWith(reader: PortalReader): Promise<number> {
  const sweep = new HistorySweep({
    db: store.db,
    carriers: {
      historyCarriers: () => reader.historyCarriers(),
      historyRemoteFor: (carrier) => reader.historyRemoteFor(carrier),
    },
    now,
    log: quiet,
  });
  return sweep.tick();
}

const azureAs = (upn: string) => bench.fixture.clientsFor(upn, { attemptTimeoutMs: 5_000 });

const as = (upn: string, portalRoles: ServiceContext["operator"]["portalRoles"] = []): ServiceContext => {
  const ctx = bench.as(upn);
  const objectId = azure.world.users.find(({ userPrincipalName }) => userPrincipalName === upn)?.id ?? "";
  return { ...ctx, operator: { ...ctx.operator, objectId, portalRoles }, clock: { now } };
};

describe("one sweep with nobody signed in", () => {
  let reader: PortalReader;
  let read: number;
  let reading: HistoryReading;
  beforeAll(async () => {
    await emptied();
    const root = azure.world.roleAssignments.find(({ principalId }) => principalId === PORTAL_APP_ID);
    if (root === undefined) throw new Error("the identity has no role");
    azure.world.roleAssignments.push({ ...root, name: "tenant-log", scope: "/providers/Microsoft.Insights" });
    azure.world.revision += 1;
    // Somebody gave a role at a management group and took it back before any reading of the state.
    const id = `${root.scope}/providers/Microsoft.Authorization/roleAssignments/${BRIEF}`;
    const roleDefinitionId = roleDefinitionIdAt("/", root.roleDefinitionGuid);
    const body = { roleDefinitionId, principalId: personaId("nora.norights"), principalType: "User" };
    await azureAs(OWNER).access.putRoleAssignment({ scope: root.scope, name: BRIEF, body });
    azure.clock.advance(60_000);
    await azureAs(OWNER).access.deleteRoleAssignment(id);
    // Azure says what time it is in whole seconds: what happened within this one is read by the next reading.
    azure.clock.advance(1_000);
    await control.clearRequests();
    reader = readerOf(managed());
    read = await sweepWith(reader);
    reading = { readers: [], identity: reader.state(tenantId) };
  });

  it("[A29] copies every source of every place by application permissions alone", async () => {
    const steps = await stepsOf(store.db, tenantId);
    expect(read).toBe(steps.length);
    expect(new Set(steps.map(({ source }) => source))).toEqual(new Set(["directory", "groups", "requests", "activity", "state"]));
    expect(new Set(steps.map(({ carrierName, problem }) => `${carrierName}: ${problem}`))).toEqual(
      new Set(["The portal's managed identity: null"]),
    );
    const callers = new Set((await control.requests()).map(({ caller }) => caller?.oid));
    expect(callers).toEqual(new Set([PORTAL_APP_ID]));

    expect(reading.identity).toEqual({ kind: "managed", problem: null, nextStep: null });
    const all = await listHistoryEvents({ ctx: as(OWNER, ["Portal.Auditor"]), input: {}, reading });
    expect(all.events.some(({ kind, by }) => kind === "approved" && by !== null)).toBe(true);
    expect(all.coverage).toMatchObject({ placesHidden: false, gaps: [], identity: { problem: null } });
    expect(all.coverage.from).not.toBeNull();
  });

  it("[A29] has from the logs of management groups what no reading of the subscriptions can show", async () => {
    const input = { person: personaId("nora.norights") };
    const { events, coverage } = await listHistoryEvents({ ctx: as(OWNER, ["Portal.Auditor"]), input, reading });
    const brief = events.filter(({ holding }) => holding?.includes(BRIEF));
    expect(brief.map(({ kind, by, scope }) => [kind, by?.name, scope])).toEqual([
      ["removed", "Ada Admin", expect.stringContaining("/managementgroups/")],
      ["assigned", "Ada Admin", expect.stringContaining("/managementgroups/")],
    ]);
    expect(coverage.above).toMatchObject({ unreadPlaces: 0, unread: [], from: expect.any(String) });
    expect(coverage.above.places).toBeGreaterThan(3);
  });

  it("shows nobody more than their portal role allows, however much the identity has read", async () => {
    const me = as(OPERATOR);
    const own = await listHistoryEvents({ ctx: me, input: { limit: 200 }, reading });
    expect(own.scope).toBe("own");
    expect(own.total).toBeGreaterThan(0);
    const mine = me.operator.objectId.toLowerCase();
    const concernsMe = own.events.filter(({ principal, by, decidedBy }) =>
      [principal, by, decidedBy].some((person) => person?.id.toLowerCase() === mine),
    );
    expect(concernsMe).toHaveLength(own.events.length);
    expect([own.coverage.sources, own.coverage.placesHidden]).toEqual([[], true]);
    expect((await readCoverage(as(OPERATOR, ["Portal.Admin"]), reading)).sources.length).toBeGreaterThan(5);
  });
});

it("says plainly what it lacks: a role, a permission, a token, or that it is another tenant's", async () => {
  await emptied();
  azure.world.roleAssignments = azure.world.roleAssignments.filter(({ principalId }) => principalId !== PORTAL_APP_ID);
  const blind = readerOf(managed());
  await sweepWith(blind);
  expect(blind.state(tenantId)).toMatchObject({
    problem: "It sees no subscription.",
    nextStep: expect.stringContaining("Reader"),
  });

  const silent = readerOf(createManagedIdentityTokens({ getToken: () => Promise.reject(new Error("no endpoint")) }));
  expect(await sweepWith(silent)).toBe(0);
  expect(silent.state(tenantId)).toMatchObject({
    problem: "The managed identity of the portal's host gave no token.",
    nextStep: expect.stringContaining("MANAGED_IDENTITY_CLIENT_ID"),
  });

  const foreign = readerOf(managed(), "managed", [FABRIKAM_TENANT_ID]);
  expect(await sweepWith(foreign)).toBe(0);
  expect(foreign.state(FABRIKAM_TENANT_ID)?.problem).toBe(`It belongs to tenant ${tenantId}, not to ${FABRIKAM_TENANT_ID}.`);
  expect(foreign.state(tenantId)).toBeNull();
  expect(await stepsOf(store.db, FABRIKAM_TENANT_ID)).toEqual([]);
});

it("reads as the portal's own application by its credential, and names the permission that Graph refused", async () => {
  await emptied();
  const config = readConfig({ LOCAL_AZURE_ORIGIN: azure.origin });
  const portal = [...azure.world.servicePrincipals.values()].find(
    (row) => row.appId === config.clientId && row.tenantId === tenantId,
  );
  for (const row of azure.world.roleAssignments) if (row.principalId === PORTAL_APP_ID) row.principalId = portal?.id ?? "";
  azure.world.revision += 1;
  const reader = readerOf(createApplicationTokens(config, tenantId), "application");
  await sweepWith(reader);
  expect(reader.state(tenantId)).toEqual({ kind: "application", problem: null, nextStep: null });
  const problems = (await stepsOf(store.db, tenantId)).filter(({ problem }) => problem !== null);
  expect(problems.map(({ source, scope }) => `${source} ${scope}`).toSorted()).toEqual(["activity /", "directory tenant"]);
  expect(problems.find(({ source }) => source === "directory")?.problem).toMatch(/audit log/);
  expect(new Set(problems.map(({ carrierName }) => carrierName))).toEqual(new Set(["The portal's own application"]));
  const { coverage } = await listHistoryEvents({
    ctx: as(OWNER, ["Portal.Auditor"]),
    input: { limit: 1 },
    reading: { readers: [], identity: null },
  });
  // The root's log is not needed for the whole to be complete; what it lacks is said apart.
  expect(coverage.from).not.toBeNull();
  expect(coverage.above).toMatchObject({ unreadPlaces: 1, unread: [""], from: expect.any(String) });
});
