import { describe, expect, it } from "vitest";
import { ROLLOUT_ACTIONS, type RolloutActionInput } from "@/lib/domain/rollout/api";
import { BOUNDED, boundSentence, PLAN_BOUNDS, planErrors } from "@/lib/domain/rollout/plan";
import { INSTALL, planFixture } from "@/lib/domain/rollout/plan-fixture";
import { type RolloutPlan, WORK_KINDS, type Work } from "@/lib/domain/rollout/types";
import { rolloutActionSchema, rolloutPreflightSchema, startRolloutSchema, taskQuerySchema } from "./schemas";

const MACHINE =
  "/subscriptions/10ca1a2e-0000-4000-8000-000000000001/resourceGroups/RG 1/providers/Microsoft.HybridCompute/machines/SRV-1";
const GUID = "10ca1a2e-0000-4000-8000-0000000000aa";
const preflight = (over: Record<string, unknown> = {}) => ({
  work: INSTALL,
  targets: { by: "machines", machineIds: [MACHINE], describedAs: "one" },
  plan: planFixture(),
  ...over,
});
const takes = (value: unknown) => rolloutPreflightSchema.safeParse(value).success;

const WORKS: Record<Work["kind"], unknown> = {
  "windowsSignIn.install": INSTALL,
  "windowsSignIn.settings": { kind: "windowsSignIn.settings", mdmId: "" },
  "windowsSignIn.upgrade": { kind: "windowsSignIn.upgrade", version: "2.2.0.0" },
  "windowsSignIn.uninstall": { kind: "windowsSignIn.uninstall" },
  "linuxSignIn.install": { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null },
  "linuxSignIn.upgrade": { kind: "linuxSignIn.upgrade", version: "1.0" },
  "linuxSignIn.uninstall": { kind: "linuxSignIn.uninstall" },
  "role.assign": {
    kind: "role.assign",
    roleDefinitionId: GUID,
    roleName: "Login",
    principal: { id: GUID, type: "Group", name: "Ops" },
  },
};

describe("the body of a preflight", () => {
  it.each(WORK_KINDS)("takes %s", (kind) => expect(takes(preflight({ work: WORKS[kind] }))).toBe(true));

  it.each([
    ["an unknown kind", { work: { kind: "script.run" } }],
    ["a field of another kind", { work: { kind: "windowsSignIn.uninstall", mdmId: "" } }],
    ["a name that is no path segment", { work: { ...INSTALL, extensionName: "../AADLogin" } }],
    ["an mdmId that is no application id", { work: { ...INSTALL, mdmId: "intune" } }],
    ["a version that is none", { work: { kind: "windowsSignIn.upgrade", version: "latest" } }],
    ["an id with a query", { targets: { by: "machines", machineIds: [`${MACHINE}?x=1`], describedAs: "one" } }],
    ["an id that climbs", { targets: { by: "machines", machineIds: [MACHINE.replace("SRV-1", "..")], describedAs: "one" } }],
    ["the id of something else", { targets: { by: "machines", machineIds: [`${MACHINE}/extensions/x`], describedAs: "one" } }],
    ["no machine", { targets: { by: "machines", machineIds: [], describedAs: "none" } }],
    [
      "more machines than a roll-out takes",
      { targets: { by: "machines", machineIds: Array(10_001).fill(MACHINE), describedAs: "x" } },
    ],
    ["a scope that is none", { targets: { by: "scope", scope: "/subscriptions/mine" } }],
    ["a cause that nobody knows", { plan: { ...planFixture(), retries: { bored: 3 } } }],
    ["a time that is none", { plan: { ...planFixture(), window: { days: [1], from: "24:00", to: "06:00", timeZone: "UTC" } } }],
    ["an unknown field", { force: true }],
  ])("refuses %s", (_name, over) => expect(takes(preflight(over))).toBe(false));

  it("takes 10,000 machines", () => {
    const machineIds = Array.from({ length: 10_000 }, (_, index) => `${MACHINE}${index}`);
    expect(takes(preflight({ targets: { by: "machines", machineIds, describedAs: "all" } }))).toBe(true);
  });
});

describe("the numbers of a plan", () => {
  const NOW = new Date("2026-03-01T10:00:00.000Z");
  const pause = (minutes: number): Partial<RolloutPlan> => ({ pause: { kind: "minutes", minutes } });
  const bounds: [string, keyof typeof BOUNDED, (value: number) => Partial<RolloutPlan>][] = [
    ["plan.pause.minutes", "pauseMinutes", pause],
    ["plan.concurrency", "concurrency", (concurrency) => ({ concurrency })],
    ["plan.retryAfterMinutes", "retryAfterMinutes", (retryAfterMinutes) => ({ retryAfterMinutes })],
    ["plan.giveUpAfterMinutes", "giveUpAfterMinutes", (giveUpAfterMinutes) => ({ giveUpAfterMinutes })],
  ];

  it.each(bounds)("%s has one bound and one sentence in the body and in the plan", (field, of, part) => {
    const { least, most } = PLAN_BOUNDS[of];
    for (const value of [least, most]) expect(takes(preflight({ plan: planFixture(part(value)) }))).toBe(true);
    for (const value of [least - 1, most + 1, least + 0.5]) {
      const plan = planFixture(part(value));
      const refused = rolloutPreflightSchema.safeParse(preflight({ plan })).error?.issues ?? [];
      const said = refused.map(({ path, message }) => ({ field: path.join("."), message }));
      expect(said).toEqual(planErrors(plan, 1, NOW));
      expect(said).toEqual([{ field, message: boundSentence(BOUNDED[of], { least, most }) }]);
    }
  });
});

describe("the body of a start", () => {
  const start = {
    ...preflight(),
    id: GUID.toUpperCase(),
    name: "  Branch offices ",
    stamp: "a".repeat(64),
    includeConfirm: false,
    typedCount: 1,
    actsAs: "operator",
  };

  it("takes what the wizard sends, the id in lower case and the name without blanks around it", () => {
    expect(startRolloutSchema.parse(start)).toMatchObject({ id: GUID, name: "Branch offices" });
  });

  it.each([
    ["stamp", "x"],
    ["typedCount", 1.5],
    ["actsAs", "root"],
    ["name", " "],
    ["name", "two\nlines"],
    ["id", "1"],
  ])("refuses %s %j", (field, value) => expect(startRolloutSchema.safeParse({ ...start, [field]: value }).success).toBe(false));
});

describe("the body of an action", () => {
  const bodies: Record<RolloutActionInput["action"], RolloutActionInput> = {
    pause: { action: "pause" },
    resume: { action: "resume" },
    cancel: { action: "cancel" },
    go: { action: "go", wave: 2 },
    stopWave: { action: "stopWave", wave: 2 },
    exclude: { action: "exclude", select: { by: "group", subscriptionId: GUID, resourceGroup: "rg" } },
    retry: { action: "retry", select: { by: "positions", positions: [0] } },
    recheck: { action: "recheck", select: { by: "cause", cause: "other", code: "noSignInRole" } },
  };

  it.each(ROLLOUT_ACTIONS)("takes %s", (action) => expect(rolloutActionSchema.parse(bodies[action])).toEqual(bodies[action]));

  it("refuses a wave where none belongs, and an action without what it is about", () => {
    expect(rolloutActionSchema.safeParse({ action: "pause", wave: 1 }).success).toBe(false);
    expect(rolloutActionSchema.safeParse({ action: "retry" }).success).toBe(false);
  });
});

describe("the query of the list of machines", () => {
  it("refuses a cursor and a wave that are no numbers", () => {
    expect(taskQuerySchema.safeParse({ cursor: "1;drop" }).success).toBe(false);
    expect(taskQuerySchema.safeParse({ wave: "0" }).success).toBe(false);
  });
});
