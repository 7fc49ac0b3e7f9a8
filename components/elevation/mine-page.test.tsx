// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ElevationProfile, MyElevation } from "@/lib/domain/elevation/api";
import type { ElevationBatch } from "@/lib/domain/elevation/write-api";
import type { ErrorCode } from "@/lib/domain/errors";
import { active, batch, eligible, GROUP, inMinutes, item, mine, NOW, pending, permits, policy } from "./elevation-fixture";
import { MinePage } from "./mine-page";
import { renderElevation, sentBatches } from "./render-elevation";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
const replay = vi.hoisted(() => ({ current: { kind: "none" } as { kind: string; value?: unknown } }));
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/auth-provider", () => ({ useAuth: () => ({ dismissFailure: () => undefined }) }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => replay.current }));
vi.mock("@/lib/client/sse", () => ({ openEventStream: () => () => undefined }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));

type Answers = {
  recent?: ElevationBatch[];
  mine?: MyElevation | Error;
  profiles?: ElevationProfile[];
  send?: () => Promise<unknown>;
};
type Init =
  | { method?: string; body?: { items?: { key: string }[]; batchId?: string; profiles?: ElevationProfile[] } }
  | undefined;

function open({ mine: answer = mine(), profiles = [], send, recent = [] }: Answers = {}) {
  apiFetch.mockImplementation((path: string, init: Init) => {
    if (path === "/api/elevation/mine") return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    if (path === "/api/elevation/permits") {
      return Promise.resolve({ permits: (init?.body?.items ?? []).map(({ key }) => permits(key)), atLeast: [], asOf: NOW });
    }
    if (path === "/api/elevation/profiles") return Promise.resolve({ profiles: init?.body?.profiles ?? profiles });
    if (path === "/api/elevation/requests" && init?.method === "POST") {
      return send === undefined ? Promise.resolve(batch([item()], { id: init.body?.batchId ?? "" })) : send();
    }
    if (path.startsWith("/api/elevation/scopes")) return Promise.resolve({ scopes: [], total: 0, completeness: null });
    if (path === "/api/elevation/requests") {
      return Promise.resolve({ batches: recent, effectTimes: { count: 3, medianMs: 42_000, worstMs: 65_000 }, asOf: NOW });
    }
    return Promise.resolve(batch([item({ kind: "deactivate" })]));
  });
  return renderElevation(<MinePage />);
}

const problem = (code: ErrorCode, status: number) =>
  new ApiProblem({ type: "x", title: "t", status, code, detail: "Azure said no.", traceId: "trace" });
const sent = () => sentBatches(apiFetch.mock.calls);
const choose = async (name: string) => fireEvent.click(await screen.findByRole("checkbox", { name }));
const sendButton = (name = "Activate 1 role") =>
  screen.getAllByRole<HTMLButtonElement>("button", { name }).find(({ type }) => type === "submit");

holdDate(NOW);
beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
  sessionStorage.clear();
  replay.current = { kind: "none" };
});

describe("what can be activated", () => {
  it("[A26] says role, scope, group, what it would permit on how many machines, and what its settings ask for", async () => {
    const approval = {
      required: true,
      requiredForExtension: false,
      mode: "SingleStage",
      approvers: [],
      approverReasonRequired: true,
    };
    const row = eligible("a", {
      viaGroup: { id: "g", kind: "group", name: "Platform team", detail: "" },
      policy: policy({ maxMinutes: 240, ticket: true, authenticationContext: "c1", approval }),
    });
    open({ mine: mine({ eligible: [row] }) });
    const list = await screen.findByRole("list", { name: "Roles you can activate" });
    expect(await within(list).findByText("on 41 machines")).toBeDefined();
    for (const text of [
      "Role a",
      "Resource group rg-app",
      "Through group Platform team",
      "Sign in as administrator",
      "at most 4 hours",
      "ticket",
      "sign-in strength c1",
      "approval",
    ]) {
      expect(within(list).getByText(text)).toBeDefined();
    }
  });

  it("cannot be chosen while it is active or asked for, and says which", async () => {
    open({
      mine: mine({ eligible: [eligible("a", { activeId: "x" }), eligible("b", { pendingRequestId: "y" }), eligible("c")] }),
    });
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select all that can be activated" }));
    const ticked = (role: string) =>
      screen.getByRole<HTMLInputElement>("checkbox", { name: `Select Role ${role} at Resource group rg-app` });
    expect([ticked("a").disabled, ticked("b").disabled, ticked("c").checked]).toEqual([true, true, true]);
    expect(screen.getByText("Active now", { selector: "span *" })).toBeDefined();
    expect(screen.getByText("Request waiting")).toBeDefined();
  });

  it("is found by role, scope and group", async () => {
    open({ mine: mine({ eligible: [eligible("a"), eligible("b")] }) });
    const search = await screen.findByRole("searchbox", { name: "Find a role or scope" });
    fireEvent.change(search, { target: { value: "role b" } });
    expect(screen.queryByText("Role a")).toBeNull();
    fireEvent.change(search, { target: { value: "zzz" } });
    expect(screen.getByText("No role matches “zzz”.")).toBeDefined();
  });
});

describe("the form", () => {
  it("[A26] sends all chosen roles in one request, each within its own settings, and goes to the request's page", async () => {
    const rows = [eligible("a", { policy: policy({ maxMinutes: 60 }) }), eligible("b")];
    open({ mine: mine({ eligible: rows }) });
    await choose("Select all that can be activated");
    fireEvent.change(screen.getByRole("textbox", { name: "Justification" }), { target: { value: "INC1: disk full" } });
    fireEvent.click(sendButton("Activate 2 roles") as HTMLElement);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.actions).toMatchObject([
      { kind: "activate", eligibleScheduleId: "schedule-a", minutes: 60, scope: GROUP.id, justification: "INC1: disk full" },
      { kind: "activate", eligibleScheduleId: "schedule-b", minutes: 480, policyStamp: "stamp-1" },
    ]);
    await waitFor(() => expect(push).toHaveBeenCalledWith(`/elevation/requests/${sent()[0]?.batchId}`));
  });

  it("says what is missing and what sending will ask for, before it can be sent", async () => {
    open({ mine: mine({ eligible: [eligible("a", { policy: policy({ ticket: true, authenticationContext: "c2" }) })] }) });
    await choose("Select Role a at Resource group rg-app");
    expect(sendButton()?.disabled).toBe(true);
    expect(screen.getAllByText(/^Write why you need it/).length).toBeGreaterThan(0);
    expect(screen.getAllByText(/ask for a ticket: its number and its system/).length).toBeGreaterThan(0);
    expect(screen.getByText(/1 role asks for the sign-in strength c2/)).toBeDefined();
  });

  it("survives a reload with everything that was filled in", async () => {
    open({ mine: mine({ eligible: [eligible("a")] }) });
    await choose("Select Role a at Resource group rg-app");
    fireEvent.change(screen.getByRole("textbox", { name: "Justification" }), { target: { value: "kept" } });
    cleanup();
    open({ mine: mine({ eligible: [eligible("a")] }) });
    expect(await screen.findByDisplayValue("kept")).toBeDefined();
  });

  it("repeats a failed request under the same ids, and a changed one under new ids", async () => {
    const failing = () => Promise.reject(problem("upstream", 502));
    open({ mine: mine({ eligible: [eligible("a")] }), send: failing });
    await choose("Select Role a at Resource group rg-app");
    const words = screen.getByRole("textbox", { name: "Justification" });
    fireEvent.change(words, { target: { value: "first" } });
    for (const count of [1, 2]) {
      fireEvent.click(sendButton() as HTMLElement);
      await waitFor(() => expect(sent()).toHaveLength(count));
      expect((await screen.findAllByText("Azure said no.")).length).toBeGreaterThan(0);
      await waitFor(() => expect(sendButton()?.disabled).toBe(false));
    }
    fireEvent.change(words, { target: { value: "second" } });
    fireEvent.click(sendButton() as HTMLElement);
    await waitFor(() => expect(sent()).toHaveLength(3));
    const [one, two, three] = sent().map(({ batchId, actions }) => `${batchId}/${actions[0]?.id}`);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  it("makes a request of its own of what is left, when a part of it is done already", async () => {
    open({ mine: mine({ eligible: [eligible("a"), eligible("b")] }), send: () => Promise.reject(problem("upstream", 502)) });
    await choose("Select all that can be activated");
    fireEvent.change(screen.getByRole("textbox", { name: "Justification" }), { target: { value: "both" } });
    fireEvent.click(sendButton("Activate 2 roles") as HTMLElement);
    await waitFor(() => expect(sent()).toHaveLength(1));
    cleanup();
    open({ mine: mine({ eligible: [eligible("a", { activeId: "x" }), eligible("b")] }) });
    await waitFor(() => expect(sendButton()?.disabled).toBe(false));
    fireEvent.click(sendButton() as HTMLElement);
    await waitFor(() => expect(sent()).toHaveLength(2));
    const [first, second] = sent();
    expect(second?.batchId).not.toBe(first?.batchId);
    expect(second?.actions.map(({ id }) => id)).not.toContain(first?.actions[1]?.id);
  });

  it("goes on to the page of the request that was repeated after a sign-in", async () => {
    replay.current = { kind: "done", value: batch([item()], { id: "came-back" }) };
    open();
    await waitFor(() => expect(push).toHaveBeenCalledWith("/elevation/requests/came-back"));
  });

  it("opens from a saved form in one click, with the focus on what still lacks", async () => {
    const saved = (justification: string): ElevationProfile => ({
      id: "p",
      name: "Patch night",
      items: [{ roleId: "role-a", eligibleScope: GROUP.id, scope: GROUP.id, minutes: 60, justification, ticketSystem: "" }],
    });
    open({ mine: mine({ eligible: [eligible("a")] }), profiles: [saved("patching")] });
    fireEvent.click(await screen.findByRole("button", { name: "Use the saved form Patch night" }));
    await waitFor(() => expect(document.activeElement).toBe(sendButton()));
    cleanup();
    open({ mine: mine({ eligible: [eligible("a")] }), profiles: [saved("")] });
    fireEvent.click(await screen.findByRole("button", { name: "Use the saved form Patch night" }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Justification" })));
  });
});

describe("what is active", () => {
  it("is not called nothing when a part could not be read", async () => {
    const whole = mine({});
    open({ mine: { ...whole, completeness: { ...whole.completeness, complete: false } } });
    expect(await screen.findByText("Nothing active in what could be read. Not everything could.")).toBeDefined();
    expect(screen.queryByText(/^Nothing is active/)).toBeNull();
  });

  it("[A28] counts down by Azure's clock, says in advance what ends when, and ends by itself", async () => {
    const clock = { milliseconds: 600_000, isLarge: true };
    open({ mine: mine({ active: [active("a", { endsAt: inMinutes(-9) })], clock }) });
    expect(await screen.findByText("Ends in 1:00")).toBeDefined();
    expect(screen.getByText(/Azure's clock is 10 minutes behind the portal's/)).toBeDefined();
    expect(screen.getByText("From 11:51 UTC on, Azure refuses again what only this role allows.")).toBeDefined();
    expect(screen.getByText(/^Ends soon/)).toBeDefined();
    const reads = () => apiFetch.mock.calls.filter(([path]) => path === "/api/elevation/mine").length;
    expect(reads()).toBe(1);
    vi.setSystemTime(Date.parse(NOW) + 60_000);
    expect(await screen.findByText("Ended", undefined, { timeout: 3_000 })).toBeDefined();
    await waitFor(() => expect(reads()).toBe(2));
  });

  it("cannot be ended in its first five minutes, and says from when on", async () => {
    open({ mine: mine({ active: [active("a", { startsAt: inMinutes(-2), canEndFrom: inMinutes(3) })] }) });
    const button = await screen.findByRole<HTMLButtonElement>("button", { name: "Deactivate Role a at Resource group rg-app" });
    expect(button.disabled).toBe(true);
    expect(screen.getByText(/Can be ended from 12:03 UTC, in 3:00/)).toBeDefined();
  });

  it("is ended with a reason, and what became of it is told on the spot", async () => {
    open({ mine: mine({ active: [active("a")] }), send: () => Promise.resolve(batch([item({ kind: "deactivate" })])) });
    fireEvent.click(await screen.findByRole("button", { name: "Deactivate Role a at Resource group rg-app" }));
    const dialog = await screen.findByRole("dialog");
    fireEvent.change(within(dialog).getByRole("textbox"), { target: { value: "done" } });
    fireEvent.click(within(dialog).getByRole("button", { name: "Deactivate" }));
    await waitFor(() =>
      expect(sent()[0]?.actions).toMatchObject([{ kind: "deactivate", scheduleId: "schedule-a", justification: "done" }]),
    );
    expect(await screen.findByText("What became of it")).toBeDefined();
    expect(push).not.toHaveBeenCalled();
  });

  it("is not lost when ending it does not get through: the reason stays, and the form of an activation tells nothing of it", async () => {
    const send = () => Promise.reject(problem("upstream", 502));
    open({ mine: mine({ active: [active("a")], eligible: [eligible("b")] }), send });
    await choose("Select Role b at Resource group rg-app");
    fireEvent.click(await screen.findByRole("button", { name: "Deactivate Role a at Resource group rg-app" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByRole("textbox"), { target: { value: "done" } });
    fireEvent.click(dialog.getByRole("button", { name: "Deactivate" }));
    expect(await dialog.findByText("Azure said no.")).toBeDefined();
    expect(dialog.getByRole<HTMLTextAreaElement>("textbox").value).toBe("done");
    expect(screen.getAllByText("Azure said no.")).toHaveLength(1);
  });

  it("shows whether it works yet, and leaves an administrator's assignment to administrators", async () => {
    const effect = { state: "effective", elapsedMs: 65_000, seen: 3, reads: 4, lastReadAt: NOW, provenBy: "x/read" } as const;
    open({ mine: mine({ active: [active("a", { effect }), active("b", { kind: "assigned", canEndFrom: null })] }) });
    expect(await screen.findByText(/Really works since 1:05 min after the grant. Proven by x\/read/)).toBeDefined();
    expect(screen.getByText(/only an administrator can end it early/)).toBeDefined();
  });
});

it("shows waiting requests with until when they can be decided, and takes one back", async () => {
  open({ mine: mine({ pending: [pending("a")] }) });
  expect(await screen.findByText("Waits for approval")).toBeDefined();
  expect(screen.getByText(/must decide within 23:00:00/)).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Take back the request for Role a at Resource group rg-app" }));
  await waitFor(() => expect(sent()[0]?.actions).toMatchObject([{ kind: "cancel", requestId: "/requests/a", of: "activation" }]));
});

it("lists what was asked for lately, how long activations take, and what waits for a stronger sign-in", async () => {
  const waits = batch([item(), item({ id: "i2", state: "stepUp" })], { stepUps: [{ context: "c2", items: 1 }] });
  open({ recent: [waits] });
  expect(await screen.findByText("1 of 2 done, 1 needs your sign-in")).toBeDefined();
  expect(
    screen.getByText(/3 activations of the tenant were timed: half of them worked after 42 s, the slowest after 1:05 min/),
  ).toBeDefined();
  const link = screen.getByRole("link", { name: "Look at it and go on" });
  expect(link.getAttribute("href")).toBe("/elevation/requests/batch-1");
});

describe("the five states", () => {
  it("says that it is reading, then that there is nothing", async () => {
    open();
    expect(screen.getByText(/^Reading your eligible roles/)).toBeDefined();
    expect(await screen.findByText("No role to activate")).toBeDefined();
  });

  it.each([
    ["forbidden", 403, "You may not read this"],
    ["throttled", 429, "Azure asks for patience"],
    ["upstream", 502, "Your roles could not be read"],
  ] as const)("says %s plainly and offers to read again", async (code, status, title) => {
    open({ mine: problem(code, status) });
    expect(await screen.findByText(title)).toBeDefined();
    apiFetch.mockClear();
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try again" })));
    expect(apiFetch.mock.calls.map(([path]) => path)).toContain("/api/elevation/mine");
  });

  it("says that the licence is missing, and that the rest works", async () => {
    open({ mine: mine({ notice: { id: "licenceMissing", values: {}, azure: null } }) });
    expect(await screen.findByText("The tenant has no licence for this")).toBeDefined();
    expect(screen.getByText(/Everything else in the portal works without it/)).toBeDefined();
    expect(screen.getByText(/The reason is above/)).toBeDefined();
  });

  it("says what is missing of a partial list and shows the rest", async () => {
    const missing = [{ source: "arm", label: "Groups", problem: problem("forbidden", 403).problem }];
    const completeness = { expected: null, received: 1, complete: false, missing, asOf: NOW };
    open({ mine: mine({ eligible: [eligible("a")], completeness }) });
    expect(await screen.findByText("1 source could not be read")).toBeDefined();
    expect(screen.getByText("Role a")).toBeDefined();
  });
});
