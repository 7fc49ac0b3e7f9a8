import { describe, expect, it } from "vitest";
import { DEFAULT_RETRIES } from "@/lib/domain/rollout/retry";
import { INITIAL_PLAN, isPlanForm, type PlanForm, planOf, planProblems } from "./plan-form";

const NOW = new Date("2026-11-21T12:00:00Z");
const INSTALL = "windowsSignIn.install";
const form = (part: Partial<PlanForm>): PlanForm => ({ ...INITIAL_PLAN, ...part });
const fields = (part: Partial<PlanForm>, total = 1_000) =>
  planProblems(form(part), INSTALL, total, NOW).map(({ field }) => field);
const role = { id: "r", name: "Virtual Machine User Login" };
const principal = { id: "g", type: "Group", name: "Operators" } as const;

describe("the plan of the form", () => {
  it("begins as a careful plan that the server takes: canary, quarters, hold at a tenth of failures", () => {
    expect(planProblems(INITIAL_PLAN, INSTALL, 10_000, NOW)).toEqual([]);
    expect(planOf(INITIAL_PLAN, INSTALL)).toEqual({
      canary: 5,
      waves: [{ unit: "percent", value: 25 }],
      pause: { kind: "none" },
      concurrency: 200,
      threshold: { unit: "percent", value: 10 },
      onThreshold: "hold",
      retries: DEFAULT_RETRIES,
      retryAfterMinutes: 10,
      window: null,
      offline: { kind: "skip" },
      giveUpAfterMinutes: 120,
      removeFailed: false,
      grant: null,
    });
  });

  it("reads the time until which it waits as UTC", () => {
    expect(planOf(form({ offline: "wait", until: "2026-11-22T08:30" }), INSTALL).offline).toEqual({
      kind: "wait",
      until: "2026-11-22T08:30:00.000Z",
    });
  });

  it("gives a role and removes what failed only after an installation", () => {
    const after = form({ removeFailed: true, hasGrant: true, role, principal });
    expect(planOf(after, INSTALL)).toMatchObject({
      removeFailed: true,
      grant: { roleDefinitionId: "r", at: { kind: "machines" } },
    });
    expect(planOf(after, "windowsSignIn.uninstall")).toMatchObject({ removeFailed: false, grant: null });
  });

  it("gives the role at a scope where that is chosen", () => {
    const scope = "/subscriptions/11111111-1111-1111-1111-111111111111";
    const plan = planOf(form({ hasGrant: true, role, principal, grantAt: "scope", grantScope: ` ${scope} ` }), INSTALL);
    expect(plan.grant?.at).toEqual({ kind: "scope", scope });
  });

  it.each([
    [{ canary: "" }, ["plan.canary"]],
    [{ canary: "-1" }, ["plan.canary"]],
    [{ canary: "five" }, ["plan.canary"]],
    [{ waves: [{ value: "0", unit: "machines" }] }, ["plan.waves.0"]],
    [{ waves: [{ value: "101", unit: "percent" }] }, ["plan.waves.0"]],
    [{ pause: "minutes", pauseMinutes: "0" }, ["plan.pause.minutes"]],
    [{ pause: "none", pauseMinutes: "x" }, []],
    [{ concurrency: "1.5" }, ["plan.concurrency"]],
    [{ threshold: { value: "", unit: "percent" } }, ["plan.threshold"]],
    [{ threshold: { value: "0", unit: "machines" } }, []],
    [{ giveUpAfter: "29" }, ["plan.giveUpAfterMinutes"]],
    [{ hasWindow: true, days: [] }, ["plan.window.days"]],
    [{ hasWindow: true, from: "" }, ["plan.window.from"]],
    [{ offline: "wait", until: "" }, ["plan.offline.until"]],
    [{ offline: "wait", until: "2026-11-21T11:59" }, ["plan.offline.until"]],
    [{ hasGrant: true }, ["plan.grant.role", "plan.grant.principal"]],
    [{ hasGrant: true, role, principal, grantAt: "scope", grantScope: "/" }, ["plan.grant.scope"]],
  ] as const)("%j is wrong at %j", (part, wrong) => {
    expect(fields(part as Partial<PlanForm>)).toEqual(wrong);
  });

  it("says when the sizes make too many waves for these machines", () => {
    expect(fields({ waves: [{ value: "1", unit: "machines" }] }, 40)).toEqual([]);
    expect(fields({ waves: [{ value: "1", unit: "machines" }] }, 1_000)).toEqual(["plan.waves"]);
  });

  it("is read back from the tab's memory only when it is whole", () => {
    expect(isPlanForm(JSON.parse(JSON.stringify(form({ role, principal }))))).toBe(true);
    const broken: unknown[] = [
      null,
      { ...INITIAL_PLAN, canary: 5 },
      { ...INITIAL_PLAN, waves: [{ value: 5, unit: "percent" }] },
      { ...INITIAL_PLAN, waves: [null] },
      { ...INITIAL_PLAN, days: ["Mon"] },
      { ...INITIAL_PLAN, retries: { other: 9 } },
      { ...INITIAL_PLAN, retries: { sunspots: 1 } },
      { ...INITIAL_PLAN, retries: null },
      { ...INITIAL_PLAN, pause: "later" },
      { ...INITIAL_PLAN, grantAt: "moon" },
    ];
    expect(broken.filter(isPlanForm)).toEqual([]);
  });
});
