// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import { decodePreset } from "@/lib/client/change-draft";
import { elapsedWords } from "@/lib/client/use-elapsed";
import type { AccessChangeSet, ChangeEffect, ChangeItem } from "@/lib/domain/access/api";
import { EffectiveYet } from "../effective-yet";
import { renderAccess } from "../render-access";
import { ChangeListPage } from "./change-list-page";
import { ChangeSetPage, itemWords, lookAgainMs } from "./change-set-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));

const NOW = "2026-11-21T12:00:00.000Z";
const ID = "11111111-1111-4111-8111-111111111111";
const UNDO = { kind: "remove", assignmentId: "/a/roleAssignments/n" } as const;

function effect(part: Partial<ChangeEffect> = {}): ChangeEffect {
  return { state: "waiting", elapsedMs: 5_000, seen: 1, reads: 4, lastReadAt: NOW, ...part };
}

function item(part: Partial<ChangeItem> = {}): ChangeItem {
  return {
    index: 0,
    request: {
      kind: "assign",
      assignmentName: "n",
      principalId: "p",
      roleId: "r",
      scope: "/subscriptions/s/resourceGroups/rg",
      condition: null,
      description: null,
    },
    exact: { method: "PUT", url: "https://management.azure.com/x", body: { properties: {} } },
    names: { principal: "Dana", role: "Virtual Machine User Login" },
    state: "done",
    azure: null,
    detail: "Azure has taken it.",
    effect: effect(),
    ...part,
  };
}

function set(items: ChangeItem[], part: Partial<AccessChangeSet> = {}): AccessChangeSet {
  const count = (state: string) => items.filter((one) => one.state === state).length;
  const effects = (state: string) => items.filter((one) => one.effect.state === state).length;
  return {
    id: ID,
    operatorName: "Ada Admin",
    operatorObjectId: "o",
    startedAt: NOW,
    endedAt: NOW,
    items,
    counts: {
      planned: count("planned"),
      submitting: count("submitting"),
      unknown: count("unknown"),
      done: count("done"),
      refused: count("refused"),
      failed: count("failed"),
    },
    effects: { none: effects("none"), waiting: effects("waiting"), effective: effects("effective"), late: effects("late") },
    undo: [UNDO],
    waitingFor: null,
    ...part,
  };
}

function open(answer: AccessChangeSet | Error) {
  apiFetch.mockImplementation(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
  return renderAccess(<ChangeSetPage id={ID} />);
}

beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a change", () => {
  it("shows the outcome of each, half of it refused, with Azure's own words", async () => {
    const azure = {
      status: 409,
      code: "RoleAssignmentExists",
      message: "The role assignment already exists.",
      requestId: "q",
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm",
    } as const;
    open(set([item(), item({ index: 1, state: "refused", azure, effect: effect({ state: "none", elapsedMs: null }) })]));
    expect(await screen.findByText("1 of 2 done, 1 refused")).toBeDefined();
    expect(screen.getByText("RoleAssignmentExists")).toBeDefined();
    expect(screen.getByText("The role assignment already exists.")).toBeDefined();
  });

  it("leads to the undo as a preview, and to the audit of exactly this change", async () => {
    open(set([item()]));
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    const preset = new URL(String(push.mock.calls[0]?.[0]), "http://p").searchParams.get("preset") ?? "";
    expect(decodePreset(preset)).toEqual({ changes: [UNDO], back: `/access/changes/${ID}` });
    expect(screen.getByRole("link", { name: "Audit" }).getAttribute("href")).toBe(`/audit?operation=${ID}`);
  });

  it.each([
    [{}, "Assign Virtual Machine User Login to Dana at resource group rg"],
    [
      { names: { principal: null, role: null } },
      "Assign a role that Azure does not know to a principal that is not known at resource group rg",
    ],
    [
      {
        request: {
          kind: "remove",
          assignmentId: "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a",
        } as const,
      },
      "Remove Virtual Machine User Login of Dana at subscription s",
    ],
    [
      { request: { kind: "remove", assignmentId: "/providers/Microsoft.Authorization/roleAssignments/a" } as const },
      "Remove Virtual Machine User Login of Dana at tenant root",
    ],
  ])("names what it did: %#", (part, words) => {
    expect(itemWords(item(part))).toBe(words);
  });

  it("offers no undo when nothing was done", async () => {
    open(set([item({ state: "failed", effect: effect({ state: "none" }) })], { undo: [] }));
    await screen.findByText("0 of 1 done, 1 failed");
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });

  it("says that the portal has no record, with the way to look again", async () => {
    open(new ApiProblem({ type: "x", title: "Not found", status: 404, code: "not_found", detail: "d", traceId: "" }));
    expect(await screen.findByText(/The portal has no record of this change/)).toBeDefined();
    expect(screen.getByRole("button", { name: "Try again" })).toBeDefined();
  });

  it("looks again often while writing, slower while waiting, and not at the end", () => {
    expect(lookAgainMs(set([item({ state: "submitting" })], { endedAt: null }))).toBe(1_500);
    expect(lookAgainMs(set([item()]))).toBe(3_000);
    expect(lookAgainMs(set([item({ effect: effect({ state: "late" }) })]))).toBe(3_000);
    expect(lookAgainMs(set([item({ effect: effect({ state: "effective" }) })]))).toBe(false);
  });
});

describe("effective yet", () => {
  it("counts on from the server's figure between two answers", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    renderAccess(<EffectiveYet effect={effect({ elapsedMs: 58_000 })} />);
    expect(screen.getByText("58 s so far")).toBeDefined();
    act(() => void vi.advanceTimersByTime(3_000));
    expect(screen.getByText("1:01 min so far")).toBeDefined();
  });

  it("stands still once effective, and calls a late one late", () => {
    renderAccess(<EffectiveYet effect={effect({ state: "effective", elapsedMs: 61_000 })} />);
    expect(screen.getByText(/In force after 1:01 min: seen three times in a row\./)).toBeDefined();
    cleanup();
    renderAccess(<EffectiveYet effect={effect({ state: "late", elapsedMs: 600_000 })} />);
    expect(screen.getByText("Late")).toBeDefined();
    expect(screen.getByText(/Not in force after 10:00 min/)).toBeDefined();
  });

  it.each([
    [0, "less than a second"],
    [999, "less than a second"],
    [1_000, "1 s"],
    [59_999, "59 s"],
    [60_000, "1:00 min"],
    [3_600_000, "60:00 min"],
    [-5, "less than a second"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(elapsedWords(ms)).toBe(text);
  });
});

describe("the list of changes", () => {
  it("shows outcome and effect of each, and how long effects took", async () => {
    const list = { sets: [set([item()])], effectTimes: { count: 7, medianMs: 9_000, worstMs: 61_000 }, asOf: NOW };
    apiFetch.mockImplementation(() => Promise.resolve(list));
    renderAccess(<ChangeListPage />);
    expect(
      await screen.findByText("Changes of this tenant took effect after 9 s at the median and 1:01 min at worst (7 measured)."),
    ).toBeDefined();
    expect(screen.getByText("1 assigned")).toBeDefined();
    expect(screen.getByText("1 Done")).toBeDefined();
    expect(screen.getByText("1 waiting")).toBeDefined();
  });

  it("says what will stand here while there is nothing", async () => {
    apiFetch.mockImplementation(() =>
      Promise.resolve({ sets: [], effectTimes: { count: 0, medianMs: null, worstMs: null }, asOf: NOW }),
    );
    renderAccess(<ChangeListPage />);
    expect(await screen.findByText("No change yet.")).toBeDefined();
  });
});
