import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { queryRows } from "@/lib/db/query";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { AppError } from "@/lib/domain/errors";
import type { RolloutPreflight, StartRolloutInput } from "@/lib/domain/rollout/api";
import { INSTALL } from "@/lib/domain/rollout/plan-fixture";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { OPERATOR, OWNER, READER } from "../access/testing";
import type { ServiceContext } from "../context";
import { actOnRollout } from "./actions";
import { getRollout } from "./get";
import { listRollouts } from "./list";
import { preflightRollout } from "./preflight";
import { startRollout } from "./start";
import { listTasks } from "./tasks";
import { createRolloutBench, plan, type RolloutBench } from "./testing";

let azure: LocalAzure;
let control: ControlClient;
let store: TestDatabase;
let bench: RolloutBench;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 300, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createRolloutBench({ origin: azure.origin, token: control.token }, store.db);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  await store.db.session.execute(sql`delete from rollout`);
  await control.clearRequests();
});

const EVERYTHING = { by: "scope", scope: "/" } as const;

async function judged(ctx: ServiceContext, over: Partial<StartRolloutInput> = {}): Promise<RolloutPreflight> {
  const input = { work: INSTALL, targets: EVERYTHING, plan: plan(), ...over };
  return preflightRollout({ ctx, identity: null, input: { work: input.work, targets: input.targets, plan: input.plan } });
}

function startInput(preflight: RolloutPreflight, over: Partial<StartRolloutInput> = {}): StartRolloutInput {
  return {
    id: randomUUID(),
    name: "Branch offices",
    work: INSTALL,
    targets: EVERYTHING,
    plan: plan(),
    stamp: preflight.stamp,
    includeConfirm: false,
    typedCount: preflight.counts.ready,
    actsAs: "operator",
    ...over,
  };
}

const start = (ctx: ServiceContext, input: StartRolloutInput) =>
  startRollout({ ctx, runner: bench.runner, identity: null, input });

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected a refusal, got ${JSON.stringify(error)}`);
  return error;
}

async function stored(): Promise<{ rollouts: number; tasks: number; audit: string[] }> {
  const count = async (table: string) =>
    Number((await queryRows(store.db.session, sql.raw(`select count(*)::int as n from ${table}`)))[0]?.n);
  const audit = await queryRows(store.db.session, sql`select action, outcome from audit_event order by seq`);
  return {
    rollouts: await count("rollout"),
    tasks: await count("rollout_task"),
    audit: audit.map(({ action, outcome }) => `${action} ${outcome}`),
  };
}

describe("preflight of many machines", () => {
  it("judges every machine below a scope, each in one group, and changes nothing", async () => {
    const preflight = await judged(await bench.signIn(OPERATOR));
    const members = preflight.groups.flatMap((group) => group.members).sort((a, b) => a - b);
    expect(preflight.targets).toHaveLength(300);
    expect(members).toEqual(preflight.targets.map((_target, index) => index));
    expect(Object.values(preflight.counts).reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(preflight.completeness).toMatchObject({ received: 300, complete: true });
    const verdicts = new Set(preflight.groups.map(({ verdict }) => verdict));
    expect(verdicts).toEqual(new Set(["ready", "confirm", "offline", "blocked", "nothingToDo"]));
    expect((await control.requests()).filter(({ method }) => !["GET", "POST"].includes(method))).toEqual([]);
    expect(await stored()).toMatchObject({ rollouts: 0, tasks: 0 });
  });

  it("reads nothing outside the scope, however the scope is written", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const all = (await judged(ctx)).targets;
    const [, , subscription = "", , group = ""] = all[0]?.machineId.split("/") ?? [];
    const below = async (scope: string) => {
      const { targets } = await judged(ctx, { targets: { by: "scope", scope } });
      return targets.map(({ machineId }) => machineId.toLowerCase()).sort();
    };
    const within = (prefix: string) =>
      all
        .map(({ machineId }) => machineId.toLowerCase())
        .filter((id) => id.startsWith(`${prefix.toLowerCase()}/`))
        .sort();
    for (const scope of [
      `/subscriptions/${subscription}/resourceGroups/${group}`,
      `/subscriptions/${subscription}/resourcegroups/${group.toUpperCase()}`,
      `/subscriptions/${subscription.toUpperCase()}`,
    ]) {
      expect(await below(scope)).toEqual(within(scope));
    }
    const group1 = ctx.operator.tenantId;
    expect((await below(`/providers/Microsoft.Management/managementGroups/${group1}`)).length).toBe(300);
    expect(await below("/providers/Microsoft.Management/managementGroups/no-such-group")).toEqual([]);
  });

  it("refuses a scope in which no machine can be, instead of taking all", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const [first] = (await judged(ctx)).targets;
    const scope = `/subscriptions/${first?.subscriptionId}/resourceGroups/${first?.resourceGroup}/providers/Microsoft.KeyVault/vaults/kv`;
    expect(await refusal(judged(ctx, { targets: { by: "scope", scope } }))).toMatchObject({ code: "invalid_input" });
  });

  it.each([
    ["C01", "osBuild.unsupported"],
    ["C10", "domainJoined.joined"],
    ["C14", "desktopExperience.core"],
    ["C28", "identityPresent.missing"],
    ["C29", "identityTenant.different"],
  ])("[%s] holds machines back in bulk for %s, with the words of the single machine", async (_row, found) => {
    const { groups, targets } = await judged(await bench.signIn(OPERATOR));
    const group = groups.find(({ reason }) => reason?.evidence === `signIn.preflight.${found}`);
    expect([group?.verdict, group?.reason?.verdict]).toEqual(["blocked", "block"]);
    expect(group?.members.every((index) => targets[index] !== undefined)).toBe(true);
  });

  it("names ids that Azure does not show to this person, and takes the others", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const all = await judged(ctx);
    const [first] = all.targets;
    const known = first?.machineId ?? "";
    const gone = `${known}-gone`;
    const targets = { by: "machines" as const, machineIds: [gone, known.toUpperCase()], describedAs: "two" };
    const preflight = await judged(ctx, { targets });
    expect(preflight.targets.map(({ machineId }) => machineId)).toEqual([known]);
    expect(preflight.unknown).toEqual([gone]);
  });

  it("says so when Azure shows nothing at the scope", async () => {
    const targets = { by: "scope" as const, scope: "/subscriptions/10ca1a2e-ffff-4000-8000-000000000001" };
    const error = await refusal(judged(await bench.signIn(OPERATOR), { targets }));
    expect([error.code, error.fields?.[0]?.field]).toEqual(["not_found", "body.targets.scope"]);
  });

  it("reads the machines of one resource group, or one machine, by their scope", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const [first] = (await judged(ctx)).targets;
    const machine = first?.machineId ?? "";
    const group = machine.replace(/\/providers\/.*$/, "");
    const inGroup = await judged(ctx, { targets: { by: "scope", scope: group } });
    expect(inGroup.targets.map(({ machineId }) => machineId)).toContain(machine);
    expect(new Set(inGroup.targets.map(({ resourceGroup }) => resourceGroup.toLowerCase())).size).toBe(1);
    const alone = await judged(ctx, { targets: { by: "scope", scope: machine } });
    expect(alone.targets.map(({ machineId }) => machineId)).toEqual([machine]);
  });

  it("reads the machines below a management group or a subscription, and no others", async () => {
    const ctx = await bench.signIn(OWNER);
    const { rows } = await ctx.azure.resourceGraph.query({
      query:
        "resourcecontainers | where type =~ 'microsoft.management/managementgroups' | where tostring(properties.displayName) =~ 'Production' | project id",
    });
    const below = await judged(ctx, { targets: { by: "scope", scope: String(rows[0]?.id) } });
    const all = (await judged(ctx)).targets.length;
    expect(below.targets.length).toBeGreaterThan(0);
    expect(below.targets.length).toBeLessThan(all);
    const subscription = below.targets[0]?.subscriptionId ?? "";
    const own = await judged(ctx, { targets: { by: "scope", scope: `/subscriptions/${subscription}` } });
    expect(new Set(own.targets.map(({ subscriptionId }) => subscriptionId))).toEqual(new Set([subscription]));
    expect(below.targets.filter(({ subscriptionId }) => subscriptionId === subscription)).toHaveLength(own.targets.length);
  });

  it("reads 300 machines with few requests", async () => {
    await judged(await bench.signIn(OPERATOR));
    await control.clearRequests();
    await judged(await bench.signIn(OPERATOR));
    expect((await control.requests()).length).toBeLessThan(60);
  });

  it("gives the same stamp for the same state and another one for other work", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const first = await judged(ctx);
    expect((await judged(ctx)).stamp).toBe(first.stamp);
    expect(
      (await judged(ctx, { work: { ...INSTALL, mdmId: "0000000a-0000-0000-c000-000000000000" } as typeof INSTALL })).stamp,
    ).not.toBe(first.stamp);
  });

  it("refuses a plan that cannot be stored and names the field", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const error = await refusal(judged(ctx, { plan: plan({ giveUpAfterMinutes: 5 }) }));
    expect(error.code).toBe("invalid_input");
    expect(error.fields?.map(({ field }) => field)).toEqual(["body.plan.giveUpAfterMinutes"]);
  });

  it("blocks every machine for a person without the right, by the right's own name", async () => {
    const preflight = await judged(await bench.signIn(READER));
    expect(preflight.counts.ready + preflight.counts.confirm + preflight.counts.offline).toBe(0);
    const blocked = preflight.groups.find(({ verdict }) => verdict === "blocked");
    expect(blocked?.reason?.checkId).toBe("permission");
  });
});

describe("start of a roll-out", () => {
  it("[C75] stores roll-out, waves, tasks and the intent together, and is the same roll-out when it comes twice", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const input = startInput(await judged(ctx), { plan: plan({ canary: 2, waves: [{ unit: "percent", value: 50 }] }) });
    const [one, two] = await Promise.all([start(ctx, input), start(ctx, input)]);
    const again = await start(ctx, input);
    for (const outcome of [one, two, again]) expect(outcome.ok && outcome.rollout.id).toBe(input.id);
    const { rollouts, tasks, audit } = await stored();
    expect([rollouts, tasks]).toEqual([1, input.typedCount]);
    expect(audit.filter((entry) => entry === "rollout.start intent")).toHaveLength(1);
    expect((await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null })).ok).toBe(true);
    const view = await getRollout({ ctx, id: input.id });
    expect(view.waves.map(({ kind }) => kind)).toEqual(["canary", "wave", "wave"]);
    expect(view.waves.reduce((sum, { size }) => sum + size, 0)).toBe(input.typedCount);
    expect((await listRollouts({ ctx })).rollouts.map(({ id }) => id)).toEqual([input.id]);
    expect((await listTasks({ ctx, id: input.id, query: {} })).total).toBe(input.typedCount);
  });

  it("refuses the id of another roll-out", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const input = startInput(await judged(ctx));
    await start(ctx, input);
    const error = await refusal(start(ctx, { ...input, name: "Another" }));
    expect([error.code, error.fields?.[0]?.field]).toEqual(["conflict", "body.id"]);
  });

  it.each([
    ["a person without the right", READER, {}, "forbidden"],
    ["a count that was typed wrong", OPERATOR, { typedCount: 1 }, "invalid_input"],
    ["the managed identity for somebody who is no administrator", OPERATOR, { actsAs: "managedIdentity" }, "forbidden"],
    [
      "a last step that the person may not do",
      OPERATOR,
      {
        plan: plan({
          grant: {
            roleDefinitionId: "fb879df8-f326-4884-b1cf-06f3ad86be52",
            roleName: "Virtual Machine User Login",
            principal: { id: "10ca1a2e-0000-4000-8000-0000000000aa", type: "Group", name: "Ops" },
            at: { kind: "scope", scope: "/subscriptions/SUB" },
          },
        }),
      },
      "forbidden",
    ],
  ] as [string, string, Partial<StartRolloutInput>, string][])(
    "refuses %s before anything is written",
    async (_name, upn, over, code) => {
      const ctx = await bench.signIn(upn);
      const preflight = await judged(ctx);
      const subscription = preflight.targets[0]?.subscriptionId ?? "";
      const text = JSON.stringify(startInput(preflight, over)).replace("SUB", subscription);
      const before = (await stored()).audit.length;
      const error = await refusal(start(ctx, JSON.parse(text) as StartRolloutInput));
      expect(error.code).toBe(code);
      expect(await stored()).toMatchObject({ rollouts: 0, tasks: 0 });
      expect((await stored()).audit).toHaveLength(before);
    },
  );

  it("says what is there now when the machines have changed since the preflight", async () => {
    const ctx = await bench.signIn(OPERATOR);
    const outcome = await start(ctx, startInput(await judged(ctx), { stamp: "0".repeat(64) }));
    if (outcome.ok) throw new Error("it was started");
    expect(outcome.error.code).toBe("conflict");
    expect(outcome.preflight.stamp).toBe((await judged(ctx)).stamp);
    expect(await stored()).toMatchObject({ rollouts: 0, tasks: 0 });
  });
});

describe("who may see and act", () => {
  async function started(): Promise<string> {
    const ctx = await bench.signIn(OPERATOR);
    const input = startInput(await judged(ctx));
    await start(ctx, input);
    return input.id;
  }

  it("does not tell a person without rights that the roll-out exists", async () => {
    const id = await started();
    const reader = await bench.signIn(READER);
    expect((await refusal(getRollout({ ctx: reader, id }))).code).toBe("not_found");
    expect((await listRollouts({ ctx: reader })).rollouts).toEqual([]);
  });

  it("lets an auditor look and nothing else", async () => {
    const id = await started();
    const auditor = await bench.signIn(READER, { portalRoles: ["Portal.Auditor"] });
    const view = await getRollout({ ctx: auditor, id });
    expect(Object.values(view.controls).map(({ allowed }) => allowed)).not.toContain(true);
    const error = await refusal(actOnRollout({ ctx: auditor, runner: bench.runner, id, input: { action: "pause" } }));
    expect(error.code).toBe("forbidden");
  });

  it("lets somebody with the rights for the work carry it on, but not pause it", async () => {
    const id = await started();
    const owner = await bench.signIn(OWNER);
    const view = await getRollout({ ctx: owner, id });
    expect(view.controls.pause.allowed).toBe(false);
    const error = await refusal(actOnRollout({ ctx: owner, runner: bench.runner, id, input: { action: "cancel" } }));
    expect(error.code).toBe("forbidden");
  });

  it("takes an action once, however often it is sent, and writes it into the audit once", async () => {
    const id = await started();
    const ctx = await bench.signIn(OPERATOR);
    const act = (action: "pause" | "resume") => actOnRollout({ ctx, runner: bench.runner, id, input: { action } });
    const [one, two] = await Promise.all([act("pause"), act("pause")]);
    expect([one.changed, two.changed].sort()).toEqual([0, 1]);
    expect((await act("pause")).changed).toBe(0);
    expect((await act("resume")).rollout.state).toBe("running");
    const { audit } = await stored();
    expect(audit.filter((entry) => entry === "rollout.pause done")).toHaveLength(1);
    expect((await verifyAudit({ db: store.db, anchorFile: null, anchorKey: null })).ok).toBe(true);
  });
});
