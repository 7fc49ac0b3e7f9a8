// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import type { Replay } from "@/lib/client/api-replay";
import type { SseHandlers } from "@/lib/client/sse";
import type { RolloutView, TaskPage } from "@/lib/domain/rollout/api";
import { countsFixture } from "@/lib/domain/rollout/plan-fixture";
import { type ApiCall, refusal, renderRollouts, sentActions } from "./render-rollouts";
import {
  BLOCKED,
  cause,
  heldRollout,
  inMinutes,
  NOW,
  off,
  ROLLOUT_ID,
  rollout,
  TASKS,
  task,
  taskDetail,
  taskPage,
  wave,
} from "./rollout-fixture";
import { RolloutPage } from "./rollout-page";
import { newest, readView } from "./use-rollout";

const apiFetch = vi.hoisted(() => vi.fn());
const streams = vi.hoisted(() => [] as { path: string; handlers: SseHandlers; closed: boolean }[]);
vi.mock("@/lib/client/api", () => ({ apiFetch, apiResponse: vi.fn() }));
const replay = vi.hoisted(() => ({ now: { kind: "none" } as unknown }));
vi.mock("@/lib/client/session", () => ({ useSession: () => ({ account: null, info: null }) }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => replay.now as Replay }));
vi.mock("@/lib/client/sse", () => ({
  openEventStream: (path: string, handlers: SseHandlers) => {
    const stream = { path, handlers, closed: false };
    streams.push(stream);
    return () => {
      stream.closed = true;
    };
  },
}));

type Answers = { view: RolloutView | Error; tasks?: TaskPage | Error; action?: unknown };

function answerWith({ view, tasks = taskPage(), action }: Answers) {
  apiFetch.mockImplementation((path: string, init?: { method?: string }) => {
    const give = (value: unknown) => (value instanceof Error ? Promise.reject(value) : Promise.resolve(value));
    if (init?.method === "POST") return give(action);
    if (/\/tasks\/\d+$/.test(path)) {
      const position = Number(path.split("/").at(-1));
      return give(taskDetail(TASKS.find((one) => one.position === position) ?? task()));
    }
    return give(path.includes("/tasks") ? tasks : view);
  });
}

function open(answers: Answers, search = "") {
  answerWith(answers);
  return renderRollouts(<RolloutPage id={ROLLOUT_ID} />, search);
}

function taskCalls(): URLSearchParams[] {
  return (apiFetch.mock.calls as unknown as ApiCall[])
    .filter(([path]) => path.includes("/tasks"))
    .map(([path]) => new URLSearchParams(path.split("?")[1] ?? ""));
}

const newestStream = () => {
  const stream = streams.at(-1);
  if (stream === undefined) throw new Error("no stream was opened");
  return stream;
};

const arrives = (view: RolloutView) =>
  act(async () => newestStream().handlers.onMessage({ event: "message", id: null, data: JSON.stringify(view) }));

holdDate(NOW);
beforeEach(() => {
  apiFetch.mockReset();
  replay.now = { kind: "none" };
  streams.length = 0;
});

describe("the head of the page", () => {
  it("says what is rolled out to how many machines, by whom, as whom, and as of when", async () => {
    open({ view: rollout({ carrierName: "Ada Admin" }) });
    expect(await screen.findByRole("heading", { level: 1, name: "Sign-in for Frankfurt" })).toBeDefined();
    expect(document.title).toBe("Sign-in for Frankfurt - Arcwarden");
    expect(screen.getByText(/on 500 machines$/)).toBeDefined();
    expect(
      screen.getByText(
        /Started by Olivia Operator on Nov 21, 2026, 11:45 UTC · Acts as Olivia Operator · Carried on with the sign-in of Ada Admin/,
      ),
    ).toBeDefined();
    expect(screen.getAllByText("as of 12:00 UTC").length).toBeGreaterThan(0);
  });

  it("says when the portal itself acts", async () => {
    open({ view: rollout({ actsAs: "managedIdentity" }) });
    expect(await screen.findByText(/Acts as the portal's managed identity$/)).toBeDefined();
  });

  it.each([
    ["a time", { at: inMinutes(34), reason: null }, "12:34 UTC", "in 34 minutes"],
    ["too early", { at: null, reason: "tooEarly" }, "Too early to tell", "Told when a fifth of the machines has ended."],
    ["waiting", { at: null, reason: "waiting" }, "Not while it waits", null],
    ["not known", { at: null, reason: null }, "Not known", null],
  ] as const)("tells the end honestly: %s", async (_name, eta, value, note) => {
    open({ view: rollout({ eta }) });
    expect(await screen.findByText(value)).toBeDefined();
    if (note !== null) expect(screen.getByText(note)).toBeDefined();
  });

  it("sets the rate beside what Azure's limits allow", async () => {
    open({ view: rollout() });
    expect(await screen.findByText("6.4 now")).toBeDefined();
    expect(screen.getByText("Azure's limits allow 9.7 a second")).toBeDefined();
  });

  it("counts installed-but-cannot-sign-in apart from what can sign in", async () => {
    open({ view: rollout() });
    const figures = within(await screen.findByRole("region", { name: "Machines by what came of them" }));
    expect(figures.getByRole("link", { name: /^Can sign in ?96$/ })).toBeDefined();
    expect(figures.getByRole("link", { name: /^Installed, cannot sign in ?4$/ })).toBeDefined();
    expect(figures.getByRole("link", { name: /^In progress ?27$/ })).toBeDefined();
  });
});

describe("what it needs", () => {
  const panel = async () => within(await screen.findByRole("region", { name: "What it needs" }));

  it("tells why it holds itself and what to do", async () => {
    open({ view: heldRollout() });
    const words = await panel();
    expect(words.getByText(/^The roll-out holds itself\. Nothing further is sent/)).toBeDefined();
    expect(words.getByText(/^Why: Wave 2: 35 of 125 machines failed/)).toBeDefined();
    expect(words.getByText(/^Look at the causes below\./)).toBeDefined();
  });

  it("tells that a sign-in has ended and who may carry it on", async () => {
    open({ view: rollout({ waitingFor: "operator" }) });
    const words = await panel();
    expect(words.getByText(/^Waits for an operator with the right to write extensions/)).toBeDefined();
    expect(words.getByText(/opens this portal carries it on/)).toBeDefined();
  });

  it("asks the person whose sign-in Azure refuses to confirm it, and resumes with that", async () => {
    const view = rollout({ waitingFor: "operator", confirmSignIn: true });
    open({ view, action: { rollout: rollout(), changed: 1 } });
    const words = await panel();
    expect(words.getByText(/^Azure no longer takes your present sign-in and wants it confirmed/)).toBeDefined();
    expect(words.getByText(/You come back to this page, and the roll-out goes on by itself/)).toBeDefined();
    expect(screen.queryByRole("button", { name: "Resume" })).toBeNull();
    fireEvent.click(words.getByRole("button", { name: "Confirm my sign-in and go on" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Confirm your sign-in and go on?" }));
    fireEvent.click(dialog.getByRole("button", { name: "Confirm my sign-in and go on" }));
    await waitFor(() => expect(sentActions(apiFetch.mock.calls)).toEqual([{ action: "resume" }]));
  });

  it.each([
    ["running", "status", /is being sent again/],
    ["done", "status", /Nothing more is needed from you/],
    ["dropped", "alert", /^The sign-in was not confirmed, so what you asked for was not done/],
  ] as const)("says after the sign-in what became of the action that waited for it: %s", async (kind, role, words) => {
    replay.now = { kind, path: "/api/rollouts/x/actions", value: null };
    open({ view: rollout() });
    await screen.findByRole("heading", { name: "Waves" });
    expect(screen.getAllByRole(role).some(({ textContent }) => words.test(textContent ?? ""))).toBe(true);
  });

  it("says why the action was refused after the sign-in, and does not blame the next one for it", async () => {
    replay.now = { kind: "failed", path: "/api/rollouts/x/actions", problem: refusal("forbidden", 403, "Not yours.").problem };
    open({ view: heldRollout() });
    expect((await screen.findByRole("alert")).textContent).toContain("Not yours.");
    fireEvent.click(screen.getByRole("button", { name: "Resume" }));
    expect(within(await screen.findByRole("dialog")).queryByText("Not yours.")).toBeNull();
  });

  it("asks for the go of exactly the wave that waits for it", async () => {
    const waiting = wave({ number: 2, kind: "wave", state: "awaitingGo", size: 125, counts: countsFixture({ queued: 125 }) });
    const view = rollout({ waitingFor: "go", waves: [wave(), waiting] });
    open({ view, action: { rollout: rollout(), changed: 125 } });
    const words = await panel();
    expect(words.getByText("Wave 2 with 125 machines waits for a go.")).toBeDefined();
    fireEvent.click(words.getByRole("button", { name: "Begin Wave 2" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Begin Wave 2?" }));
    fireEvent.click(dialog.getByRole("button", { name: "Begin Wave 2" }));
    await waitFor(() => expect(sentActions(apiFetch.mock.calls)).toEqual([{ action: "go", wave: 2 }]));
  });

  it("says nothing while it simply goes on", async () => {
    open({ view: rollout() });
    await screen.findByRole("heading", { name: "Waves" });
    expect(screen.queryByRole("region", { name: "What it needs" })).toBeNull();
  });

  it("follows to the end what Azure has accepted, also while it is canceled", async () => {
    open({ view: rollout({ state: "canceling", counts: countsFixture({ provisioning: 20, canceled: 480 }) }) });
    expect((await panel()).getByText(/20 machines that Azure has accepted are followed to their true end/)).toBeDefined();
  });
});

describe("causes", () => {
  it("tells meaning, fix, place and Azure's own words with their ids", async () => {
    open({ view: heldRollout() });
    for (const words of [
      "The server cannot reach Microsoft's registration endpoint.",
      "31 machines failed",
      "Open https://enterpriseregistration.windows.net on port 443.",
      "4 machines are installed and cannot sign in",
      "Enable failed with exit code -2145648595.",
      "VMExtensionProvisioningError · req-31",
    ]) {
      expect(await screen.findByText(words)).toBeDefined();
    }
    expect(screen.getByText(/^rg-branch-blocked: 31 machines/).textContent).toContain("29 more queued there");
  });

  it("leaves out the group of the failures and nothing else, after saying how many machines that are", async () => {
    open({ view: heldRollout(), action: { rollout: heldRollout(), changed: 29 } });
    fireEvent.click(await screen.findByRole("button", { name: "Leave out rg-branch-blocked" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Leave out rg-branch-blocked?" }));
    expect(dialog.getByRole("list", { name: "What happens to how many machines" }).textContent).toBe(
      "29are left out; nothing was sent to them",
    );
    fireEvent.click(dialog.getByRole("button", { name: "Leave out rg-branch-blocked" }));
    expect(await screen.findByText("Leave out rg-branch-blocked: 29 machines changed.")).toBeDefined();
    expect(sentActions(apiFetch.mock.calls)).toEqual([
      {
        action: "exclude",
        select: { by: "group", subscriptionId: cause().groups[0]?.subscriptionId, resourceGroup: "rg-branch-blocked" },
      },
    ]);
  });

  it("offers no exclusion where nothing is queued any more", async () => {
    open({ view: heldRollout() });
    await screen.findByText(/^rg-app: 4 machines$/);
    expect(screen.queryByRole("button", { name: "Leave out rg-app" })).toBeNull();
  });

  it("retries exactly the machines of one cause", async () => {
    open({ view: heldRollout(), action: { rollout: heldRollout(), changed: 31 } });
    fireEvent.click(await screen.findByRole("button", { name: "Retry these 31 machines" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Retry 31 machines?" }));
    expect(dialog.getByText("Machines that succeeded are not touched.")).toBeDefined();
    fireEvent.click(dialog.getByRole("button", { name: "Retry these 31 machines" }));
    await waitFor(() =>
      expect(sentActions(apiFetch.mock.calls)).toEqual([
        { action: "retry", select: { by: "cause", cause: "endpointBlocked", code: "0x801c002d" } },
      ]),
    );
  });

  it("looks again only at machines that are installed", async () => {
    open({ view: heldRollout() });
    expect(await screen.findByRole("button", { name: "Check these 4 machines again" })).toBeDefined();
    expect(screen.queryByRole("button", { name: /Check these 31/ })).toBeNull();
  });
});

describe("an action", () => {
  it.each([
    ["Pause", rollout(), "370stay queued; nothing is sent to them27are with Azure already and followed to their true end"],
    [
      "Cancel the roll-out",
      rollout(),
      "370are cancelled at once; nothing was sent to them27are with Azure already and followed to their true end96that are done stay as they are",
    ],
    [
      "Resume",
      heldRollout(),
      "17get their request, as the plan allows370stay queued for later waves35that failed or cannot sign in stay as they are",
    ],
  ])("says what happens to how many machines before it is sent: %s", async (name, view, effects) => {
    open({ view });
    fireEvent.click(await screen.findByRole("button", { name }));
    const list = await screen.findByRole("list", { name: "What happens to how many machines" });
    expect(list.textContent).toBe(effects);
    expect(sentActions(apiFetch.mock.calls)).toEqual([]);
  });

  it("is sent once, however often the button is pressed", async () => {
    let finish: (value: unknown) => void = () => undefined;
    open({ view: rollout(), action: new Promise((resolve) => (finish = resolve)) });
    fireEvent.click(await screen.findByRole("button", { name: "Pause" }));
    const button = within(await screen.findByRole("dialog")).getByRole("button", { name: "Pause" });
    fireEvent.click(button);
    await within(screen.getByRole("dialog")).findByRole("button", { name: "Sending" });
    fireEvent.click(button);
    fireEvent.click(button);
    await act(async () => finish({ rollout: rollout({ state: "paused" }), changed: 0 }));
    expect(await screen.findByText("Pause: nothing had to be changed.")).toBeDefined();
    expect(sentActions(apiFetch.mock.calls)).toHaveLength(1);
  });

  it("shows a refusal in the dialog and reads how it really stands", async () => {
    open({ view: rollout(), action: refusal("conflict", 409, "Ada Admin has cancelled it.") });
    fireEvent.click(await screen.findByRole("button", { name: "Pause" }));
    const dialog = within(await screen.findByRole("dialog"));
    const before = apiFetch.mock.calls.length;
    fireEvent.click(dialog.getByRole("button", { name: "Pause" }));
    expect(await dialog.findByText("Ada Admin has cancelled it.")).toBeDefined();
    expect(dialog.getByText("This was not done")).toBeDefined();
    const after = (apiFetch.mock.calls as unknown as ApiCall[]).slice(before).map(([path]) => path);
    expect(after).toContain(`/api/rollouts/${ROLLOUT_ID}`);
  });

  it("is off with its reason in words, and does nothing when pressed", async () => {
    open({ view: rollout({ controls: off("You may not write extensions at these machines.") }) });
    const button = await screen.findByRole("button", { name: /^Pause/ });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByText("Off: You may not write extensions at these machines.")).toBeDefined();
    fireEvent.click(button);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it.each([
    ["finished", []],
    ["canceled", []],
    ["canceling", []],
    ["paused", ["Resume", "Cancel the roll-out"]],
  ] as const)("is offered only where the state has it: %s", async (state, expected) => {
    open({ view: rollout({ state, endedAt: state === "finished" || state === "canceled" ? NOW : null }) });
    await screen.findByRole("heading", { name: "Waves" });
    const names = ["Pause", "Resume", "Cancel the roll-out"].filter((name) => screen.queryByRole("button", { name }) !== null);
    expect(names).toEqual(expected);
  });

  it("stops one wave and says what that means for it alone", async () => {
    open({ view: rollout() });
    fireEvent.click(await screen.findByRole("button", { name: "Stop this wave" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Stop Wave 2?" }));
    expect(dialog.getByText("The roll-out then pauses before the next wave.")).toBeDefined();
    fireEvent.click(dialog.getByRole("button", { name: "Stop this wave" }));
    await waitFor(() => expect(sentActions(apiFetch.mock.calls)).toEqual([{ action: "stopWave", wave: 2 }]));
  });
});

describe("the list of machines", () => {
  it("tells state and what came of each machine", async () => {
    open({ view: rollout() });
    const table = within(await screen.findByRole("table", { name: "Machines of this roll-out" }));
    const row = (name: RegExp) => within(table.getByRole("row", { name }));
    expect(row(/fra-blk-0004/).getByText("Failed")).toBeDefined();
    expect(row(/fra-app-0002/).getByText("Azure is at work")).toBeDefined();
    expect(row(/fra-app-0004/).getByText(/^waits for an operator with the right/)).toBeDefined();
  });

  it("asks for what the address says, states of one group together", async () => {
    open({ view: rollout() }, "?state=working&cause=endpointBlocked&code=0x801c002d&wave=2&search=fra");
    await screen.findByRole("table", { name: "Machines of this roll-out" });
    expect(Object.fromEntries(taskCalls()[0] ?? [])).toEqual({
      state: "submitting,unknown,provisioning,granting,removing,checking",
      cause: "endpointBlocked",
      code: "0x801c002d",
      wave: "2",
      search: "fra",
    });
  });

  it("walks through pages by the portal's cursor, and a new question begins at its first page", async () => {
    open({ view: rollout(), tasks: taskPage(TASKS, { total: 9, nextCursor: "after-4" }) });
    expect(await screen.findByText(/^1 to 4 of 9/)).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Next" }));
    expect(await screen.findByText(/^5 to 8 of 9/)).toBeDefined();
    expect(taskCalls().at(-1)?.get("cursor")).toBe("after-4");
    fireEvent.change(screen.getByRole("combobox", { name: "State" }), { target: { value: "failed" } });
    await waitFor(() => expect(taskCalls().at(-1)?.get("state")).toBe("failed"));
    expect(taskCalls().at(-1)?.get("cursor")).toBeNull();
    expect(await screen.findByText(/^1 to 4 of 9/)).toBeDefined();
  });

  it("says that nothing matches, and that the report has all", async () => {
    open({ view: rollout(), tasks: taskPage([]) }, "?search=zzz");
    expect(await screen.findByText("No machine matches")).toBeDefined();
    expect(screen.getByText(/All 500 machines of the roll-out stay in the report/)).toBeDefined();
  });

  it("keeps the page when only the machines cannot be read", async () => {
    open({ view: rollout(), tasks: refusal("throttled", 429, "Wait 5 seconds.") });
    expect(await screen.findByText("Wait 5 seconds.")).toBeDefined();
    expect(screen.getByRole("heading", { level: 1, name: "Sign-in for Frankfurt" })).toBeDefined();
  });
});

describe("the log of one machine", () => {
  it("tells what happened, what was checked, and what exactly was sent", async () => {
    const checks = [
      { id: "extension", verdict: "pass", found: "rollout.check.extension.succeeded", values: {} },
      { id: "device", verdict: "fail", found: "none", values: {} },
    ] as const;
    const shown = task({ position: 3, machineName: "fra-blk-0004", state: "notReady", outcome: BLOCKED, checks: [...checks] });
    answerWith({ view: rollout() });
    const usual = apiFetch.getMockImplementation();
    apiFetch.mockImplementation((path: string, init?: object) =>
      path.endsWith("/tasks/3") ? Promise.resolve(taskDetail(shown)) : usual?.(path, init),
    );
    renderRollouts(<RolloutPage id={ROLLOUT_ID} />, "?machine=3");
    const sheet = within(await screen.findByRole("dialog", { name: "fra-blk-0004" }));
    expect(sheet.getByText("Azure accepted it.")).toBeDefined();
    expect(sheet.getByText("Extension.")).toBeDefined();
    expect(sheet.getByText(/^PUT https:\/\/management\.azure\.com\/subscriptions/)).toBeDefined();
    expect(sheet.getByText("Enable failed with exit code -2145648595.")).toBeDefined();
    expect(sheet.getByRole("link", { name: "Open the machine" }).getAttribute("href")).toMatch(/^\/machines\/.*fra-blk-0004$/);
    fireEvent.click(sheet.getByRole("button", { name: "Retry this machine" }));
    fireEvent.click(
      within(await screen.findByRole("dialog", { name: "Retry 1 machine?" })).getByRole("button", { name: "Retry 1 machine" }),
    );
    await waitFor(() =>
      expect(sentActions(apiFetch.mock.calls)).toEqual([{ action: "retry", select: { by: "positions", positions: [3] } }]),
    );
  });

  it("opens from the list and offers no retry for a machine that is well", async () => {
    open({ view: rollout() });
    const table = within(await screen.findByRole("table", { name: "Machines of this roll-out" }));
    fireEvent.click(table.getByRole("button", { name: "Log of fra-app-0001" }));
    const sheet = within(await screen.findByRole("dialog", { name: "fra-app-0001" }));
    expect(sheet.queryByRole("button", { name: /Retry/ })).toBeNull();
  });
});

describe("news", () => {
  it("moves the page by the stream of exactly this roll-out", async () => {
    open({ view: rollout() });
    await screen.findByRole("heading", { level: 1, name: "Sign-in for Frankfurt" });
    expect(newestStream().path).toBe(`/api/rollouts/${ROLLOUT_ID}/events`);
    await arrives(heldRollout({ asOf: inMinutes(1) }));
    expect(await screen.findByText(/^The roll-out holds itself/)).toBeDefined();
    await arrives(rollout({ id: "another", name: "Another", asOf: inMinutes(2) }));
    expect(screen.queryByText("Another")).toBeNull();
  });

  it("never goes back to an older answer that arrives late", async () => {
    open({ view: heldRollout() });
    await screen.findByText(/^The roll-out holds itself/);
    await arrives(rollout({ asOf: inMinutes(-1) }));
    expect(screen.getByText(/^The roll-out holds itself/)).toBeDefined();
  });

  it("says that it is cut off and as of when, while the stream is away, and stops saying so", async () => {
    open({ view: rollout() });
    await screen.findByRole("heading", { level: 1, name: "Sign-in for Frankfurt" });
    await act(async () => newestStream().handlers.onConnected?.(false));
    expect(screen.getByText(/^Live updates are interrupted\. .* as of 12:00 UTC\./)).toBeDefined();
    await act(async () => newestStream().handlers.onConnected?.(true));
    expect(screen.queryByText(/^Live updates are interrupted/)).toBeNull();
  });

  it("draws no machine again for news of the roll-out that leave the machines as they are", async () => {
    let drawn = 0;
    const azureStatus = () => {
      drawn += 1;
      return "Creating";
    };
    const watched = Object.defineProperty(task(), "azureStatus", { enumerable: true, get: azureStatus });
    open({ view: rollout(), tasks: taskPage([watched]) });
    await screen.findAllByText("Creating");
    const before = drawn;
    await arrives(rollout({ name: "Under another name", asOf: inMinutes(1) }));
    expect(await screen.findByRole("heading", { level: 1, name: "Under another name" })).toBeDefined();
    expect(drawn).toBe(before);
  });

  it("closes the stream when the roll-out has ended, and opens it again when a retry begins", async () => {
    open({ view: rollout() });
    await screen.findByRole("heading", { level: 1, name: "Sign-in for Frankfurt" });
    await arrives(rollout({ state: "finished", endedAt: NOW, asOf: inMinutes(1) }));
    await waitFor(() => expect(streams.map(({ closed }) => closed)).toEqual([true]));
  });

  it("reads only whole views from the stream", () => {
    expect(readView("no json")).toBeNull();
    expect(readView('{"id":"x"}')).toBeNull();
    expect(readView(JSON.stringify({ ...rollout(), state: "dancing" }))).toBeNull();
    expect(readView(JSON.stringify(rollout()))?.id).toBe(ROLLOUT_ID);
    expect(newest(undefined, rollout())).toEqual(rollout());
  });
});

describe("states of the page", () => {
  it("loads in words", () => {
    apiFetch.mockReturnValue(new Promise(() => undefined));
    renderRollouts(<RolloutPage id={ROLLOUT_ID} />);
    expect(screen.getByRole("status").textContent).toBe("Reading the roll-out");
  });

  it.each([
    ["not_found", 404, "There is no such roll-out, or it is not yours"],
    ["forbidden", 403, "You may not read this roll-out"],
    ["throttled", 429, "The portal was asked too often"],
  ] as const)("says plainly why there is nothing: %s", async (code, status, title) => {
    open({ view: refusal(code, status, "the reason") });
    expect(await screen.findByText(title)).toBeDefined();
    expect(streams).toEqual([]);
  });

  it("keeps what it knows, and says that it is old, when it cannot be read again", async () => {
    const { client } = open({ view: rollout() });
    await screen.findByRole("heading", { level: 1, name: "Sign-in for Frankfurt" });
    answerWith({ view: refusal("upstream", 0, "no answer") });
    await act(() => client.refetchQueries({ queryKey: ["rollout", ROLLOUT_ID], exact: true }));
    expect(await screen.findByText(/^Live updates are interrupted/)).toBeDefined();
    expect(
      screen.getByText("96 can sign in, 4 installed but cannot sign in, 3 failed, 27 in progress, 370 queued"),
    ).toBeDefined();
  });

  it("shows states, causes and codes that it does not know as they came", async () => {
    const strange = {
      ...rollout(),
      waitingFor: "the moon",
      causes: [cause({ cause: "lunar" as never, meaning: "words of a newer portal" })],
    };
    open({ view: strange, tasks: taskPage([task({ state: "dreaming" as never })]) });
    expect(await screen.findByText("Waits for the moon.")).toBeDefined();
    expect(screen.getByText("words of a newer portal")).toBeDefined();
    expect((await screen.findAllByText("rolloutLive.task.dreaming")).length).toBeGreaterThan(0);
  });
});
