// @vitest-environment jsdom
import { screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import type { RolloutReport } from "@/lib/domain/rollout/api";
import type { RolloutPlan } from "@/lib/domain/rollout/types";
import { planRows } from "./plan-words";
import { refusal, renderRollouts } from "./render-rollouts";
import { ReportPage } from "./report-page";
import { NOW, PLAN, ROLLOUT_ID, report, rollout, TASKS } from "./rollout-fixture";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch, apiResponse: vi.fn() }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => ({ kind: "none" }) }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: null, info: { operator: { name: "Ada Admin" }, subscriptions: [] } }),
}));

function open(answer: RolloutReport | Error) {
  apiFetch.mockImplementation(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
  return renderRollouts(<ReportPage id={ROLLOUT_ID} />);
}

holdDate(NOW);
beforeEach(() => void apiFetch.mockReset());

const section = async (name: string) => within(await screen.findByRole("region", { name }));

describe("the report", () => {
  it("never calls installed-but-cannot-sign-in a success", async () => {
    open(report());
    const figures = await section("Counts");
    const numberOf = (words: string) => figures.getByText(words).parentElement?.querySelector("dd")?.textContent;
    expect(numberOf("Machines")).toBe("500");
    expect(numberOf("Can sign in")).toBe("75");
    expect(numberOf("Installed, cannot sign in")).toBe("4");
    expect(numberOf("Failed")).toBe("31");
  });

  it("has a line for every machine, with state and what came of it", async () => {
    open(report());
    const table = within(await screen.findByRole("table", { name: "Every machine" }));
    expect(table.getAllByRole("row")).toHaveLength(TASKS.length + 1);
    expect(within(table.getByRole("row", { name: /fra-blk-0004/ })).getByText("Failed")).toBeDefined();
  });

  it("tells what people did and to how many machines", async () => {
    open(report());
    const table = within(await screen.findByRole("table", { name: "What people did" }));
    expect(table.getAllByRole("row").map((row) => row.textContent?.replace(/.*UTC/, ""))).toEqual([
      "WhenWhoWhatMachines",
      "Olivia OperatorStarted it500",
      "Ada AdminLeft machines out29",
    ]);
  });

  it("explains the causes without a button that paper cannot press", async () => {
    open(report());
    const causes = await section("What went wrong");
    expect(causes.getByText("Open https://enterpriseregistration.windows.net on port 443.")).toBeDefined();
    expect(causes.queryByRole("button")).toBeNull();
  });

  it("says when and by whom it was made, and of which roll-out", async () => {
    open(report());
    expect(await screen.findByText(/^Made on Nov 21, 2026, 12:00 UTC by Ada Admin\. Roll-out 6a1f0c1e/)).toBeDefined();
  });

  it("says of a roll-out that still goes on that these are figures of a moment", async () => {
    open(report({ rollout: rollout() }));
    expect(await screen.findByText(/^The roll-out has not ended\. These are the figures of Nov 21, 2026/)).toBeDefined();
  });
});

describe("states", () => {
  it("loads in words", () => {
    apiFetch.mockReturnValue(new Promise(() => undefined));
    renderRollouts(<ReportPage id={ROLLOUT_ID} />);
    expect(screen.getByRole("status").textContent).toBe("Reading every machine of the roll-out");
    expect(screen.queryByRole("button", { name: "Print" })).toBeNull();
  });

  it.each([
    ["not_found", 404, "There is no such roll-out, or it is not yours"],
    ["forbidden", 403, "You may not read this roll-out"],
    ["throttled", 429, "The portal was asked too often"],
  ] as const)("says plainly why there is no report: %s", async (code, status, title) => {
    open(refusal(code, status, "the reason"));
    expect(await screen.findByText(title)).toBeDefined();
  });
});

describe("the plan in words", () => {
  const value = (plan: Partial<RolloutPlan>, label: string) =>
    planRows({ ...PLAN, ...plan }).find((row) => row.label === label)?.value;

  it.each([
    [{ canary: 0 }, "Canary", "None"],
    [{ canary: 5 }, "Canary", "5 machines"],
    [
      {
        waves: [
          { unit: "machines", value: 1 },
          { unit: "percent", value: 25 },
        ],
      },
      "Waves",
      "1 machine, 25 %, the last one repeated",
    ],
    [{ pause: { kind: "person" } }, "Between waves", "A person's go"],
    [{ pause: { kind: "minutes", minutes: 1 } }, "Between waves", "1 minute"],
    [{ onThreshold: "hold" }, "Failures of a wave tolerated", "10 %, then it holds"],
    [{ onThreshold: "stop" }, "Failures of a wave tolerated", "10 %, then it is cancelled"],
    [
      { window: { days: [1, 7], from: "22:00", to: "05:00", timeZone: "Europe/Berlin" } },
      "Window",
      "Mon, Sun, 22:00 to 05:00, Europe/Berlin",
    ],
    [{ offline: { kind: "skip" } }, "Offline machines", "Left out"],
    [{ removeFailed: true }, "Where it failed", "The extension is removed again"],
    [
      {
        grant: {
          roleDefinitionId: "r",
          roleName: "Virtual Machine User Login",
          principal: { id: "g", type: "Group", name: "Server team" },
          at: { kind: "scope", scope: "/subscriptions/s" },
        },
      },
      "Role at the end",
      "Virtual Machine User Login for Server team, once at /subscriptions/s",
    ],
  ] as const)("%#: %o", (plan, label, words) => {
    expect(value(plan as Partial<RolloutPlan>, label)).toBe(words);
  });
});
