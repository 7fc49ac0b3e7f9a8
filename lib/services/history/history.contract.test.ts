import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { HISTORY_CHAIN } from "@/lib/db/chain";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { normaliseScope } from "@/lib/domain/access/scope";
import { machineId } from "@/lib/domain/machine";
import type { HistoryCarriers } from "@/lib/jobs/history-remote";
import { HistorySweep } from "@/lib/jobs/history-sweep";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { type AccessBench, createAccessBench, OWNER, READER } from "../access/testing";
import type { ServiceContext } from "../context";
import { quiet } from "../operations/testing";
import { exportHistory } from "./export";
import { listHistoryEvents } from "./list";
import { createHistoryRemote } from "./remote";
import { whoHadAccess } from "./who-had";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS = 45;
const PAIRS = 200;
const ADMIN_LOGIN = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const READER_ROLE = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const ROLES = [ADMIN_LOGIN, USER_LOGIN, READER_ROLE];

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;
let sweep: HistorySweep;
let startMs: number;

/** The same numbers in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const random = createRandom(45);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
  await control.setOptions({ roleListDelayMs: 0, roleIndexDelayMs: 0, replicationDelayMs: 0, roleAssignmentLimit: 4_000 });
  startMs = await control.nowMs();
  const carrier = { tenantId: bench.fixture.config.tenantId, objectId: "ada", name: "Ada Admin" };
  const carriers: HistoryCarriers = {
    historyCarriers: () => [carrier],
    historyRemoteFor: () => createHistoryRemote(bench.fixture.clientsFor(OWNER, { attemptTimeoutMs: 5_000 }), now),
  };
  sweep = new HistorySweep({ db: store.db, carriers, now, log: quiet });
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});

const clock = { ms: 0 };
const now = () => new Date(clock.ms);

async function advance(ms: number): Promise<void> {
  clock.ms = await control.advanceClock(ms);
}

function auditor(): ServiceContext {
  const ctx = bench.as(OWNER);
  return { ...ctx, operator: { ...ctx.operator, portalRoles: ["Portal.Auditor"] }, clock: { now } };
}

/** People who hold a role that reaches a machine at this moment, by the world's own rows and groups. */
function worldHolders(machine: string): Set<string> {
  const { world } = azure;
  const nowMs = azure.clock.nowMs();
  const scope = normaliseScope(machine);
  const subscription = world.subscriptions.find(({ id }) => scope.startsWith(`/subscriptions/${id.toLowerCase()}`));
  const above: string[] = [];
  for (let group = world.managementGroups.find(({ id }) => id === subscription?.managementGroupId); group !== undefined; ) {
    above.push(`/providers/microsoft.management/managementgroups/${group.id.toLowerCase()}`);
    const parent = group.parentId;
    group = world.managementGroups.find(({ id }) => id === parent);
  }
  const found = new Set<string>();
  const people = (id: string, depth: number): string[] => {
    const group = world.groups.find((row) => row.id === id);
    if (group === undefined) return [id];
    return depth > 20 ? [] : group.memberIds.flatMap((member) => people(member, depth + 1));
  };
  for (const row of world.roleAssignments) {
    const at = normaliseScope(row.scope);
    const reaches = at === "/" || above.includes(at) || scope === at || scope.startsWith(`${at}/`);
    const isOn =
      row.effectiveFromMs <= nowMs &&
      (row.endsAtMs ?? Infinity) > nowMs &&
      (row.removed === undefined || row.removed.effectiveUntilMs > nowMs);
    if (row.tenantId !== bench.fixture.config.tenantId || !reaches || !isOn) continue;
    for (const id of people(row.principalId, 0)) found.add(`${id.toLowerCase()} ${row.roleDefinitionGuid}`);
  }
  return found;
}

type Standing = { id: string };

it("[A29] 45 days later finds, exports and verifies an event of day 2, and knows who had access on any day", {
  timeout: 580_000,
}, async () => {
  clock.ms = startMs;
  const ada = bench.fixture.clientsFor(OWNER, { attemptTimeoutMs: 5_000 });
  const people = azure.world.users.filter(
    ({ tenantId, accountEnabled, persona }) =>
      tenantId === bench.fixture.config.tenantId && accountEnabled && persona === undefined,
  );
  const groups = azure.world.groups.filter(
    ({ tenantId, memberIds }) => tenantId === bench.fixture.config.tenantId && memberIds.length > 0 && memberIds.length < 40,
  );
  const machines = azure.world.machines.filter(({ subscriptionId }) =>
    azure.world.subscriptions.some(({ id, tenantId }) => id === subscriptionId && tenantId === bench.fixture.config.tenantId),
  );
  const idOf = (one: (typeof machines)[number]) =>
    machineId({ subscriptionId: one.subscriptionId, resourceGroup: one.resourceGroup, name: one.name });
  await sweep.tick();

  const standing: Standing[] = [];
  const truth: { machine: string; at: string; holders: Set<string> }[] = [];
  let justification = "";
  for (let day = 0; day < DAYS; day++) {
    await advance(8 * HOUR_MS);
    for (let change = 0; change < 3; change++) {
      const machine = idOf(pick(machines));
      const scope = pick([machine, machine.replace(/\/providers\/.*$/, ""), machine.split("/").slice(0, 3).join("/")]);
      const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${pick(ROLES)}`;
      const kind = random();
      if (kind < 0.35) {
        const principal = random() < 0.7 ? { id: pick(people).id, type: "User" } : { id: pick(groups).id, type: "Group" };
        const body = { principalId: principal.id, principalType: principal.type, roleDefinitionId };
        const made = await ada.access.putRoleAssignment({ scope, name: crypto.randomUUID(), body }).catch(() => null);
        if (made !== null) standing.push({ id: made.id });
      } else if (kind < 0.55 && standing.length > 0) {
        const [gone] = standing.splice(Math.floor(random() * standing.length), 1);
        if (gone !== undefined) await ada.access.deleteRoleAssignment(gone.id);
      } else if (kind < 0.9) {
        const why = `day ${day} change ${change}`;
        const hours = 1 + Math.floor(random() * 30);
        await ada.pim
          .putRequest({
            kind: "activation",
            scope,
            name: crypto.randomUUID(),
            body: {
              principalId: pick(people).id,
              roleDefinitionId: `${scope.split("/").slice(0, 3).join("/")}${roleDefinitionId}`,
              requestType: "AdminAssign",
              justification: why,
              ticketInfo: { ticketNumber: `INC${day}`, ticketSystem: "desk" },
              scheduleInfo: {
                startDateTime: now().toISOString(),
                expiration: { type: "AfterDuration", duration: `PT${hours}H` },
              },
            },
          })
          .then(() => {
            if (day === 2) justification = why;
          })
          .catch(() => undefined);
      }
      await advance(HOUR_MS);
    }
    for (let question = 0; question < 5; question++) {
      const machine = idOf(pick(machines));
      truth.push({ machine, at: now().toISOString(), holders: worldHolders(machine) });
    }
    await advance(12 * HOUR_MS);
    if (day % 4 === 3) await sweep.tick();
  }
  await advance(DAY_MS);
  await sweep.tick();
  await advance(HOUR_MS);
  await sweep.tick();

  expect(justification).not.toBe("");
  const ctx = auditor();
  const found = await listHistoryEvents({
    ctx,
    input: { from: new Date(startMs), to: new Date(startMs + 4 * DAY_MS) },
    reading: { readers: [], identity: null },
  });
  const event = found.events.find((one) => one.justification === justification);
  expect(event).toMatchObject({ kind: "assigned", source: "requests", ticket: { number: "INC2", system: "desk" } });
  expect(found.coverage.from !== null && found.coverage.from <= new Date(startMs - 29 * DAY_MS).toISOString()).toBe(true);
  const stillThere = await ada.history.requestsAt(event?.scope ?? "", "activation");
  expect(stillThere.some((row) => row.justification === justification)).toBe(false);

  const file = await exportHistory({ ctx, input: { format: "json" } });
  let text = "";
  for await (const part of file.parts) text += part;
  expect((JSON.parse(text) as { events: { seq: number }[] }).events.some(({ seq }) => seq === event?.seq)).toBe(true);
  expect(await verifyAudit({ db: store.db, chain: HISTORY_CHAIN, anchorFile: null, anchorKey: null })).toMatchObject({
    ok: true,
  });

  let maybe = 0;
  const wrong: string[] = [];
  const asked = truth.slice(0, PAIRS);
  for (const { machine, at, holders } of asked) {
    const answer = await whoHadAccess({ ctx, input: { machine, at: new Date(at) } });
    // Dissolved groups and one with hidden members are in every tenant; the answer names them.
    const unknown = answer.atLeast.flatMap((reason) => (reason.id === "groupUnknown" ? [reason.group] : []));
    expect(answer.atLeast).toHaveLength(unknown.length);
    const hidden = new Set(
      azure.world.groups.filter(({ displayName }) => unknown.includes(displayName)).flatMap(({ memberIds }) => memberIds),
    );
    const name = (row: (typeof answer.rows)[number]) => `${row.principal.id} ${row.role.id}`;
    const people = answer.rows.filter(({ principal }) => !unknown.includes(principal.name));
    const sure = new Set(people.filter(({ certainty }) => certainty === "held").map(name));
    const perhaps = new Set(people.filter(({ certainty }) => certainty === "maybe").map(name));
    maybe += [...perhaps].filter((one) => !sure.has(one)).length;
    for (const one of sure) if (!holders.has(one)) wrong.push(`${at} ${machine}: ${one} did not hold it`);
    for (const one of holders) {
      const [id = ""] = one.split(" ");
      const isNamed =
        hidden.has(id) || answer.rows.some(({ principal }) => principal.id === id && unknown.includes(principal.name));
      if (!sure.has(one) && !perhaps.has(one) && !isNamed) wrong.push(`${at} ${machine}: ${one} is missing`);
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toHaveLength(PAIRS);
  const keys = await queryRows(
    store.db.session,
    sql`select count(*)::int as all, count(distinct event_key)::int as once from history_event`,
  );
  process.stdout.write(
    `history: ${JSON.stringify(keys[0])} events, ${asked.length} questions, ${maybe} answers "perhaps", ${found.total} in the first days\n`,
  );
});

it("tells nobody without Portal.Auditor who had access, and shows a reader only what concerns them", async () => {
  const machine = machineId(
    bench.machine(
      [
        ...(
          await bench.fixture.clientsFor(OWNER).resourceGraph.query({
            query: "resources | where type =~ 'microsoft.hybridcompute/machines' | project name | take 1",
          })
        ).rows,
      ].map((row) => String(row.name))[0] ?? "",
    ),
  );
  const ctx = { ...bench.as(READER), clock: { now } };
  await expect(whoHadAccess({ ctx, input: { machine, date: "2026-11-01" } })).rejects.toMatchObject({ code: "forbidden" });
  const page = await listHistoryEvents({ ctx, input: {}, reading: { readers: [], identity: null } });
  expect(page).toMatchObject({ scope: "own", events: [] });
});
