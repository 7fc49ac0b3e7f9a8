import { describe, expect, it } from "vitest";
import type { AzureClients } from "@/lib/azure/ports";
import type { RolloutRow, RolloutTaskRow } from "@/lib/db/rollouts";
import { cloudById } from "@/lib/domain/clouds";
import { AppError } from "@/lib/domain/errors";
import { planFixture, targetFixture } from "@/lib/domain/rollout/plan-fixture";
import { quiet } from "../operations/testing";
import { createPostChecks } from "./post-checks";
import { assignmentIdAt } from "./remote-writes";

const PRINCIPAL = { id: "10ca1a2e-0000-4000-8000-0000000000aa", type: "Group", name: "Ops" };
const WORK = {
  kind: "role.assign",
  roleDefinitionId: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
  roleName: "Login",
  principal: PRINCIPAL,
};
const TARGET = targetFixture();
const ROLLOUT = {
  id: "10ca1a2e-0000-4000-8000-0000000000c1",
  work: JSON.stringify(WORK),
  plan: JSON.stringify(planFixture()),
} as RolloutRow;
const TASK = { position: 0, target: JSON.stringify(TARGET) } as RolloutTaskRow;

function bench(roleAssignment: (id: string) => Promise<unknown>) {
  const asked: string[] = [];
  const access = {
    roleAssignment: (id: string) => {
      asked.push(id);
      return roleAssignment(id);
    },
  };
  const checks = createPostChecks({
    azure: { access } as unknown as AzureClients,
    cloud: cloudById("public"),
    clock: { now: () => new Date("2026-03-01T10:00:00.000Z") },
    log: quiet,
    subscriptions: async () => [],
    signal: new AbortController().signal,
    seen: new Map(),
  });
  return { asked, checks, state: async () => (await checks.run(ROLLOUT, [TASK])).get(0)?.state };
}

describe("the check of an assigned role", () => {
  const id = assignmentIdAt(ROLLOUT.id, TARGET.machineId);

  it("reads the roll-out's own assignment at the machine", async () => {
    const stands = bench(async () => ({}));
    expect([await stands.state(), stands.asked]).toEqual(["ready", [id]]);
    expect(await bench(async () => null).state()).not.toBe("ready");
  });

  it("does not ask for what is known to stand", async () => {
    const known = bench(async () => null);
    known.checks.granted(id.toUpperCase());
    expect([await known.state(), known.asked]).toEqual(["ready", []]);
  });

  it("says nothing about a machine where Azure does not answer", async () => {
    const error = new AppError({ code: "upstream", message: "No answer." });
    await expect(bench(() => Promise.reject(error)).state()).rejects.toBe(error);
  });
});
