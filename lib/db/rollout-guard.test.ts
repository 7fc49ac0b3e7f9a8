import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { holdMachine } from "./rollout-guard";
import { insertRollout } from "./rollouts";
import { testEngines } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const MACHINE =
  "/subscriptions/10ca1a2e-0000-4000-8000-000000000001/resourceGroups/RG/providers/Microsoft.HybridCompute/machines/WIN-1";
const AT = new Date("2026-03-01T10:00:00.000Z");

async function rolloutOn(db: Parameters<typeof insertRollout>[0], id: string): Promise<void> {
  const target = {
    machineId: MACHINE,
    name: "WIN-1",
    subscriptionId: "10ca1a2e-0000-4000-8000-000000000001",
    resourceGroup: "RG",
    location: "westeurope",
    osFamily: "windows" as const,
    extensionName: null,
  };
  const plan = { concurrency: 1 } as Parameters<typeof insertRollout>[1]["plan"];
  const own = { tenantId: "t", describedAs: "one", requestHash: "h", actsAs: "operator" as const, traceId: "trace" };
  const who = { operatorObjectId: "o", operatorName: "Ada", name: "Branch offices" };
  const work = { kind: "windowsSignIn.uninstall" as const };
  const waves = [{ number: 1, kind: "wave" as const, size: 1 }];
  await insertRollout(db, { id, ...own, ...who, work, plan, targets: [target], waves }, AT);
}

describe.each(engines)("holdMachine on $name", ({ open }) => {
  it("puts a waiting task off and lets the operation begin", async () => {
    const { db, dispose } = await open();
    await rolloutOn(db.session, "10ca1a2e-0000-4000-8000-0000000000c1");
    const writer = await db.session.transaction((tx) => holdMachine(tx, MACHINE.toLowerCase(), AT));
    expect(writer).toBeNull();
    const { rows } = (await db.session.execute(
      sql`select state, waiting_for, (not_before > ${AT.toISOString()}::timestamptz) as later from rollout_task`,
    )) as unknown as { rows: unknown[] };
    expect(rows).toEqual([{ state: "queued", waiting_for: "otherWork", later: true }]);
    await dispose();
  });

  it.each(["submitting", "unknown", "provisioning", "granting", "removing"])(
    "names the roll-out whose task is %s",
    async (state) => {
      const { db, dispose } = await open();
      await rolloutOn(db.session, "10ca1a2e-0000-4000-8000-0000000000c2");
      await db.session.execute(sql`alter table rollout_task disable trigger rollout_task_state_table`);
      await db.session.execute(sql`update rollout_task set state = ${state}`);
      const writer = await db.session.transaction((tx) => holdMachine(tx, MACHINE.toLowerCase(), AT));
      expect(writer).toEqual({
        rolloutId: "10ca1a2e-0000-4000-8000-0000000000c2",
        name: "Branch offices",
        operatorName: "Ada",
      });
      await dispose();
    },
  );

  it("does not see tasks that have ended or stand on other machines", async () => {
    const { db, dispose } = await open();
    await rolloutOn(db.session, "10ca1a2e-0000-4000-8000-0000000000c3");
    expect(await db.session.transaction((tx) => holdMachine(tx, `${MACHINE.toLowerCase()}0`, AT))).toBeNull();
    await db.session.execute(sql`update rollout_task set state = 'skipped', ended_at = now()`);
    expect(await db.session.transaction((tx) => holdMachine(tx, MACHINE.toLowerCase(), AT))).toBeNull();
    await dispose();
  });
});
