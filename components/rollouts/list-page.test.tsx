// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import type { RolloutSummary } from "@/lib/domain/rollout/api";
import { countsFixture } from "@/lib/domain/rollout/plan-fixture";
import { ListPage } from "./list-page";
import { refusal, renderRollouts } from "./render-rollouts";
import { NOW, rolloutList, summary } from "./rollout-fixture";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch, apiResponse: vi.fn() }));
vi.mock("@/lib/client/session", () => ({ useSession: () => ({ account: { tenantId: "t1", objectId: "o1" }, info: null }) }));

const HELD = summary({ id: "held", name: "Held one", state: "held", stateReason: "Wave 2 failed too often." });
const ENDED = summary({
  id: "ended",
  name: "Ended one",
  state: "finished",
  endedAt: NOW,
  total: 20,
  counts: countsFixture({ ready: 18, failed: 2 }),
});

function open(answer: RolloutSummary[] | Error, search = "", part: Parameters<typeof rolloutList>[1] = {}) {
  apiFetch.mockImplementation(() =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(rolloutList(answer, part)),
  );
  return renderRollouts(<ListPage />, search);
}

holdDate(NOW);
beforeEach(() => void apiFetch.mockReset());

describe("a row", () => {
  it("tells counts in words, wave, person and state", async () => {
    open([summary()]);
    const row = await screen.findByRole("listitem");
    for (const words of [
      "96 can sign in, 4 installed but cannot sign in, 3 failed, 27 in progress, 370 queued",
      "Under way",
      /by Olivia Operator · wave 2 of 5/,
      /500 machines/,
    ]) {
      expect(within(row).getByText(words)).toBeDefined();
    }
    expect(within(row).getByRole("link", { name: "Sign-in for Frankfurt" }).getAttribute("href")).toMatch(/^\/rollouts\/6a1f/);
  });

  it("draws the same counts for those who look, with the words as its name", async () => {
    open([ENDED]);
    expect(await screen.findByRole("img", { name: "Progress of Ended one: 18 can sign in, 2 failed" })).toBeDefined();
  });

  it.each([
    [summary({ state: "held", stateReason: "Wave 2 failed too often." }), "Held", "Wave 2 failed too often."],
    [summary({ waitingFor: "operator" }), "Waits for a sign-in", /right to write extensions/],
    [summary({ waitingFor: "go" }), "Waits for a go", /say go for the next wave/],
    [summary({ waitingFor: "a thing nobody foresaw" }), "Under way", "Waits for a thing nobody foresaw."],
  ])("says in words why it does not go on: %#", async (rollout, state, why) => {
    open([rollout]);
    const row = within(await screen.findByRole("listitem"));
    expect(row.getByText(state)).toBeDefined();
    expect(row.getByText(why)).toBeDefined();
  });

  it("is called good only when nothing failed", async () => {
    open([ENDED, summary({ id: "good", state: "finished", endedAt: NOW, counts: countsFixture({ ready: 499, skipped: 1 }) })]);
    expect(await screen.findByText("Ended, some are not good")).toBeDefined();
    expect(screen.getAllByText("Ended, all good")).toHaveLength(1);
  });

  it("never says that somebody can sign in where something else was rolled out", async () => {
    open([summary({ kind: "windowsSignIn.uninstall", counts: countsFixture({ ready: 7, notReady: 1 }) })]);
    expect(await screen.findByText("7 done, 1 done without effect yet")).toBeDefined();
  });
});

describe("views", () => {
  it("shows only those that need a person", async () => {
    open([HELD, summary({ id: "going", name: "Going one" }), ENDED], "?show=needs");
    expect(await screen.findByText("Held one")).toBeDefined();
    expect(screen.queryByText("Going one")).toBeNull();
    expect(screen.queryByText("Ended one")).toBeNull();
  });

  it("says that a view is empty although there are others, and leads back", async () => {
    open([ENDED], "?show=needs");
    fireEvent.click(await screen.findByRole("button", { name: "Show all" }));
    expect(await screen.findByText("Ended one")).toBeDefined();
  });

  it.each([
    ["own", /^Your roll-outs\./],
    ["all", /^Roll-outs of everybody/],
  ] as const)("says whose roll-outs these are: %s", async (scope, words) => {
    open([summary()], "", { scope });
    expect(await screen.findByText(words)).toBeDefined();
  });

  it("says when ended roll-outs are left out, and which", async () => {
    open([summary()], "", { olderLeftOut: 100 });
    expect(await screen.findByText(/Every one that has not ended is listed, and the 100 newest that have/)).toBeDefined();
  });
});

describe("states of the list", () => {
  it("loads in words", () => {
    apiFetch.mockReturnValue(new Promise(() => undefined));
    renderRollouts(<ListPage />);
    expect(screen.getByRole("status").textContent).toBe("Reading the roll-outs");
  });

  it("leads from nothing to the wizard and to the machines", async () => {
    open([]);
    expect(await screen.findByText("No roll-out yet")).toBeDefined();
    expect(screen.getAllByRole("link", { name: "New roll-out" }).map((link) => link.getAttribute("href"))).toEqual([
      "/rollouts/new",
      "/rollouts/new",
    ]);
    expect(screen.getByRole("link", { name: "Choose machines" }).getAttribute("href")).toBe("/machines");
  });

  it.each([
    ["forbidden", 403, "You may not read this roll-out"],
    ["throttled", 429, "The portal was asked too often"],
    ["internal", 500, "t"],
  ] as const)("shows a refusal with its own title: %s", async (code, status, title) => {
    open(refusal(code, status, "why it was refused"));
    expect(await screen.findByText(title)).toBeDefined();
    expect(screen.getByText("why it was refused")).toBeDefined();
  });

  it("keeps what was read when it cannot be read again, and says how old it is", async () => {
    const { client } = open([HELD]);
    await screen.findByText("Held one");
    apiFetch.mockRejectedValue(refusal("upstream", 0, "no answer"));
    void client.refetchQueries();
    await waitFor(() =>
      expect(screen.getByText("This could not be read again. Shown is what was known at 12:00 UTC.")).toBeDefined(),
    );
    expect(screen.getByText("Held one")).toBeDefined();
  });
});
