import { sql } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";
import { testEngines } from "@/lib/db/testing";
import { metricsText } from "@/lib/metrics/registry";
import { storeFamilies } from "./store-families";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

describe.each(engines)("metrics of the store on $name", (engine) => {
  it("count roll-outs, machines by state and the longest wait", async () => {
    const { db, dispose } = await engine.open();
    const rollout = (id: string, state: string, ended: string | null) => sql`insert into rollout
      (id, tenant_id, name, kind, state, described_as, work, plan, request_hash, acts_as, operator_object_id, operator_name,
       carrier_object_id, carrier_name, trace_id, total, not_before, created_at, updated_at, ended_at)
      values (${id}, 't', 'secret-name', 'role.assign', ${state}, '', '{}', '{}', '', 'operator', 'o', 'secret-person', 'o', 'secret-person', '', 2,
       now(), now(), now(), ${ended})`;
    const task = (id: string, position: number, state: string, age: string, ended: string | null) => sql`insert into rollout_task
      (rollout_id, position, wave, machine_id, machine_key, machine_name, subscription_id, resource_group, target, state, not_before, updated_at, ended_at)
      values (${id}, ${position}, 1, ${`/m/${id}/${position}`}, ${`/m/${id}/${position}`}, 'secret-machine', 's', 'g', '{}', ${state}, now(), now() - ${age}::interval, ${ended})`;
    const [open, over] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
    await db.session.execute(rollout(open, "running", null));
    await db.session.execute(rollout(over, "finished", "2026-11-21T12:00:00Z"));
    await db.session.execute(
      sql`insert into rollout_wave (rollout_id, number, kind, state, size) values (${open}, 1, 'wave', 'running', 2)`,
    );
    await db.session.execute(task(open, 0, "queued", "300 seconds", null));
    await db.session.execute(task(open, 1, "ready", "900 seconds", "2026-11-21T12:00:00Z"));
    await db.session.execute(task(over, 0, "failed", "900 seconds", "2026-11-21T12:00:00Z"));
    const text = metricsText(await storeFamilies(db));
    await dispose();
    expect(text).toContain(`arcwarden_store_up{engine="${db.engine}"} 1`);
    expect(text).toContain('arcwarden_rollouts{state="running"} 1');
    expect(text).toContain('arcwarden_rollouts{state="finished"} 1');
    expect(text).toContain('arcwarden_rollout_tasks{state="queued"} 1');
    // Machines of a roll-out that has ended are history, not work.
    expect(text).toContain('arcwarden_rollout_tasks{state="failed"} 0');
    const wait = Number(/^arcwarden_rollout_longest_wait_seconds (\S+)$/m.exec(text)?.[1]);
    expect(wait).toBeGreaterThanOrEqual(300);
    expect(wait).toBeLessThan(900);
    expect(text).toMatch(/arcwarden_audit_entries \d+/);
    expect(text).not.toContain("secret");
  });
});

it("a store that does not answer is down, and its numbers are left out", async () => {
  const session = { execute: () => Promise.reject(new Error("password of host x refused")) };
  const text = metricsText(await storeFamilies({ engine: "server", session } as never));
  expect(text).toBe(
    '# HELP arcwarden_store_up 1 while the store answers.\n# TYPE arcwarden_store_up gauge\narcwarden_store_up{engine="server"} 0\n',
  );
});
