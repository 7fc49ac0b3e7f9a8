import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MachineRef, machineId, parseMachineId } from "@/lib/domain/machine";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { personaId } from "../../../emulator/world/personas";
import { ROLE_IDS } from "../../../emulator/world/roles";
import { usedRolesQuerySchema } from "./schemas";
import { type AccessBench, createAccessBench, OWNER, PARTIAL } from "./testing";
import { usedRoles } from "./used-roles";

const MACHINES = "Microsoft.HybridCompute/machines";
const WADE = personaId("wade.wholesale");

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let machine: MachineRef;
let subscription: string;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  bench = await createAccessBench({ origin: azure.origin, token: control.token });
  const wade = bench.fixture.clientsFor(PARTIAL);
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id | order by id asc";
  const ids = (await wade.resourceGraph.query({ query })).rows.map((row) => String(row.id));
  const ref = parseMachineId(ids[0] ?? "");
  if (ref === null) throw new Error("no machine");
  machine = ref;
  subscription = `/subscriptions/${ref.subscriptionId}`;
  await wade.hybridCompute.patchMachine(ref, { tags: { owner: "wade" } });
  await wade.hybridCompute.patchMachine(ref, { tags: { owner: "wade", shift: "night" } });
});
afterAll(() => azure.close());
beforeEach(() => control.clearFaults());

type Asked = { principal?: string; scope?: string; role?: string; upn?: string };
const ask = ({ principal = WADE, scope = subscription, role = ROLE_IDS.contributor, upn = OWNER }: Asked = {}) =>
  usedRoles({ ctx: bench.as(upn, { clock: { now: () => new Date() } }), principal, scope, role });

describe("[A25] the smallest role for what somebody really did", () => {
  it("covers the used operations of the activity log, is smaller than Contributor and names what goes", async () => {
    const view = await ask();
    expect(view.used).toMatchObject([{ action: `${MACHINES}/write`, count: 2 }]);
    expect(Date.now() - Date.parse(view.used[0]?.lastAt ?? "")).toBeLessThan(600_000);
    expect(view).toMatchObject({
      verdict: "smaller",
      role: { name: "Hybrid Server Onboarding", type: "BuiltInRole" },
      held: { name: "Contributor" },
      isWhole: true,
      logs: [{ subscriptionId: machine.subscriptionId, readBackTo: null, problem: null }],
      leftOut: [],
      losesActions: ["*"],
    });
    expect(view.loses).toContain("runCommand");
    expect(view.loses).not.toContain("changeIdentity");
    const days = (Date.parse(view.to) - Date.parse(view.from)) / 86_400_000;
    expect(days).toBeCloseTo(90, 0);
  });

  it("counts only what was done at the scope or below it", async () => {
    expect((await ask({ scope: machineId(machine) })).used).toMatchObject([{ action: `${MACHINES}/write`, count: 2 }]);
    const beside = await ask({ scope: `${machineId(machine)}x` });
    expect(beside).toMatchObject({ verdict: "unused", used: [] });
    const group = machineId(machine).replace(/\/providers\/.*$/, "");
    expect((await ask({ scope: group.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions") })).used).toHaveLength(1);
  });

  it("says that nothing was used when the whole log shows nothing, and keeps silent when it could not be read", async () => {
    const lena = personaId("lena.login");
    expect(await ask({ principal: lena })).toMatchObject({ verdict: "unused", used: [], role: null, isWhole: true });
    const body = { code: "AuthorizationFailed", message: "The test refuses." };
    await control.addFault({ match: { face: "arm", path: "/eventtypes/" }, effect: { kind: "respond", status: 403, body } });
    const view = await ask({ principal: lena });
    expect(view).toMatchObject({ verdict: "unknown", isWhole: false, logs: [{ problem: { status: 403 } }] });
  });

  it("reads at most ten subscriptions below the tenant, names the others and what no log holds", async () => {
    await control.clearRequests();
    const view = await ask({ scope: "/", principal: personaId("olivia.operator") });
    expect(view.logs.length).toBeLessThanOrEqual(10);
    expect((await control.requests({ face: "arm", path: "/eventtypes/" })).length).toBe(view.logs.length);
    expect(view).toMatchObject({ aboveSubscriptions: true, isWhole: false });
    expect(view.used.map(({ action }) => action)).toContain(`${MACHINES}/extensions/write`);
  });

  it("is wider once more was used", async () => {
    const properties = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: { mdmId: "" } };
    const body = { location: "westeurope", properties: { ...properties, autoUpgradeMinorVersion: true } };
    await bench.fixture.clientsFor(PARTIAL).hybridCompute.putExtension(machine, "AADLogin", body);
    const view = await ask();
    expect(view.used.map(({ action, count }) => [action, count])).toEqual([
      [`${MACHINES}/write`, 2],
      [`${MACHINES}/extensions/write`, 1],
    ]);
    expect(view).toMatchObject({ verdict: "smaller", role: { name: "Microsoft Cloud Security Arc Machine Operator" } });
    expect(view.loses).not.toContain("writeExtensions");
  });

  it("asks with the operator's own right, and for a role that is there", async () => {
    await expect(ask({ role: "00000000-0000-4000-8000-0000000000ff" })).rejects.toMatchObject({ code: "not_found" });
    const elsewhere = `/subscriptions/${bench.machine("ams-app-0001").subscriptionId}`;
    expect(await ask({ upn: PARTIAL, scope: elsewhere })).toMatchObject({
      verdict: "unknown",
      used: [],
      logs: [{ problem: { code: "forbidden", azure: { code: "AuthorizationFailed" } } }],
    });
  });

  it("refuses what is no principal, scope or role", () => {
    const fine = { principal: WADE, scope: "/", role: ROLE_IDS.contributor };
    expect(usedRolesQuerySchema.safeParse(fine).success).toBe(true);
    for (const wrong of [{ principal: "wade" }, { scope: "nowhere" }, { role: "Owner" }, { more: "x" }])
      expect(usedRolesQuerySchema.safeParse({ ...fine, ...wrong }).success).toBe(false);
  });
});
