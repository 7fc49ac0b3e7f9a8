// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { HistoryCoverage, HistoryOn, HistoryPage as HistoryPageData } from "@/lib/domain/elevation/history/api";
import { historyEvent, type StoredHistoryEvent } from "@/lib/domain/elevation/history/types";
import { HistoryPage } from "./history-page";
import { ReportPage } from "./report-page";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch, apiResponse: vi.fn() }));
const session = vi.hoisted(() => ({ roles: ["Portal.Auditor"] as string[] | null }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({
    account: { tenantId: "t1", objectId: "o1" },
    info: session.roles === null ? null : { portalRoles: session.roles, operator: { name: "Ann" } },
    problem: null,
  }),
}));
vi.mock("@/lib/client/use-fleet", () => ({
  useFleet: () => ({ version: 0, phase: "complete" }),
  getFleet: () => ({ backend: async () => ({ call: async () => [] }) }),
}));

const MACHINE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/WIN-1";
const FROM = "2026-02-01T00:00:00.000Z";
const TO = "2026-03-01T10:00:00.000Z";
const person = (name: string) => ({ id: name.toLowerCase(), kind: "user" as const, name, detail: "" });

function stored(seq: number, over: Partial<StoredHistoryEvent> = {}): StoredHistoryEvent {
  const event = historyEvent({
    key: `k${seq}`,
    kind: "activated",
    at: "2026-03-01T09:00:00.000Z",
    track: "active",
    holding: `active:${seq}`,
    principal: person("Ann"),
    role: { id: "owner", name: "Owner" },
    scope: "/subscriptions/s",
    scopeName: "Production",
    justification: "Patch night",
    source: "requests",
    azureId: `/x/${seq}`,
  });
  return { ...event, seq, recordedAt: TO, hash: "a".repeat(64), ...over };
}

const COVERAGE: HistoryCoverage = {
  from: FROM,
  to: TO,
  gaps: [],
  readers: ["Ada Admin"],
  identity: null,
  placesHidden: false,
  above: { places: 0, unreadPlaces: 0, unread: [], from: null },
  sources: [
    {
      source: "requests",
      scope: "/subscriptions/s",
      name: "Production",
      windows: [{ from: FROM, to: TO }],
      gaps: [],
      readAt: TO,
      readBy: "Ada Admin",
      problem: null,
    },
    {
      source: "directory",
      scope: "tenant",
      name: "",
      windows: [],
      gaps: [],
      readAt: null,
      readBy: "Ada Admin",
      problem: "You may not read this.",
    },
  ],
};

let page: HistoryPageData | Error;
let on: HistoryOn | Error;

beforeEach(() => {
  session.roles = ["Portal.Auditor"];
  page = {
    events: [stored(2), stored(1, { kind: "gone", earliestAt: "2026-02-28T09:00:00.000Z" })],
    nextCursor: null,
    total: 2,
    scope: "all",
    coverage: COVERAGE,
    asOf: TO,
  };
  on = {
    machine: { id: MACHINE, name: "WIN-1" },
    from: FROM,
    to: TO,
    rows: [],
    atLeast: [],
    complete: { from: FROM, to: TO },
    hierarchy: true,
    aboveUnread: [],
    asOf: TO,
  };
  apiFetch.mockReset();
  apiFetch.mockImplementation(async (path: string) => {
    const chain = {
      ok: true,
      entries: 2,
      headHash: "b",
      broken: null,
      anchor: { state: "none", seq: null, sentence: "No anchor." },
      checkedAt: TO,
    };
    const answer = path.endsWith("/chain") ? chain : path.includes("/history/on") ? on : page;
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(cleanup);

function show(search = "", page = <HistoryPage />) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <NuqsTestingAdapter searchParams={search} hasMemory>
      <QueryClientProvider client={client}>{page}</QueryClientProvider>
    </NuqsTestingAdapter>,
  );
}
const refused = () =>
  new ApiProblem({
    type: "x",
    title: "Not allowed",
    status: 403,
    code: "forbidden",
    detail: "This needs Portal.Auditor.",
    traceId: "t9",
  });

describe("events", () => {
  it("say who, what, where, why, and how far the copy can be trusted", async () => {
    show();
    const table = await screen.findByRole("table", { name: "Events, newest first" });
    const [first, second] = within(table).getAllByRole("row").slice(1);
    for (const words of ["Activated", "Ann", "Owner", "Production", "Patch night"]) expect(first?.textContent).toContain(words);
    expect(second?.textContent).toContain("between");
    expect(screen.getByText(/^Complete from Feb 1, 2026/)).toBeDefined();
    expect(screen.getByText("Read with the rights of Ada Admin.")).toBeDefined();
  });

  it("show that they load before the first answer", () => {
    apiFetch.mockImplementation(() => new Promise(() => undefined));
    show();
    expect(screen.getAllByRole("status", { name: "Loading" }).length).toBeGreaterThan(0);
  });

  it("say why there are none, and that nobody reads", async () => {
    page = {
      ...(page as HistoryPageData),
      events: [],
      total: 0,
      coverage: { ...COVERAGE, from: null, to: null, readers: [], sources: [] },
    };
    show();
    expect(await screen.findByText("Nothing was copied yet")).toBeDefined();
    expect(screen.getByText(/^Nobody who may read it is signed in/)).toBeDefined();
    expect(screen.getByText(/^Nothing is complete yet/)).toBeDefined();
  });

  it("tell a filter that finds nothing from a history that is empty", async () => {
    page = { ...(page as HistoryPageData), events: [], total: 0 };
    show("?person=zzz");
    expect(await screen.findByText("No event matches these filters")).toBeDefined();
  });

  it("name a gap from when to when", async () => {
    page = { ...(page as HistoryPageData), coverage: { ...COVERAGE, gaps: [{ from: FROM, to: TO }] } };
    show();
    expect(await screen.findByText(/^Nothing is known from Feb 1, 2026/)).toBeDefined();
  });

  it("show a refusal in full", async () => {
    page = refused();
    show();
    expect((await screen.findByRole("alert")).textContent).toContain("This needs Portal.Auditor.");
  });

  it("open with everything that is known, and lead to the same person", async () => {
    show();
    const table = await screen.findByRole("table", { name: "Events, newest first" });
    fireEvent.click(within(table).getByRole("button", { name: /Open event 2/ }));
    const sheet = await screen.findByRole("dialog");
    expect(sheet.textContent).toContain("Requests of Privileged Identity Management");
    fireEvent.click(within(sheet).getByRole("button", { name: "All events of this person" }));
    await vi.waitFor(() => expect(apiFetch.mock.calls.some(([path]) => String(path).includes("person=ann"))).toBe(true));
  });
});

describe("the date question", () => {
  const ask = () => show(`?view=on&date=2026-02-10&on=${encodeURIComponent(MACHINE)}`);

  it("names people, the group between, and what is only perhaps", async () => {
    const row = {
      role: { id: "owner", name: "Owner" },
      scope: "/subscriptions/s",
      scopeName: "Production",
      by: null,
      decidedBy: null,
      justification: "",
      ticket: null,
      condition: null,
    };
    const rows: HistoryOn["rows"] = [
      {
        ...row,
        principal: person("Ann"),
        via: [{ id: "g", name: "Operators" }],
        kind: "standing",
        certainty: "maybe",
        from: FROM,
        to: null,
        holding: "a",
      },
      {
        ...row,
        principal: person("Ben"),
        via: [],
        kind: "activated",
        certainty: "held",
        from: FROM,
        to: TO,
        holding: "b",
        decidedBy: person("Boss"),
      },
    ];
    on = { ...(on as HistoryOn), rows };
    ask();
    const table = await screen.findByRole("table", { name: /^People who held a role that reached WIN-1/ });
    const [ann, ben] = within(table).getAllByRole("row").slice(1);
    for (const words of ["Ann", "through Operators", "Standing", "perhaps", "no end"]) expect(ann?.textContent).toContain(words);
    expect(ben?.textContent).toContain("approved by Boss");
    expect(ben?.textContent).not.toContain("perhaps");
    expect(screen.getByText(/^Nothing is missing/)).toBeDefined();
  });

  it("says why an answer is only at least", async () => {
    on = {
      ...(on as HistoryOn),
      complete: null,
      atLeast: [{ id: "gap", from: FROM, to: TO }, { id: "groupUnknown", group: "Board" }, { id: "aboveSubscription" }],
    };
    ask();
    const note = await screen.findByRole("note");
    for (const words of ["At least these", "Nothing is known from", "The members of Board", "management groups"])
      expect(note.textContent).toContain(words);
  });

  it("names the logs above the subscription that were not read then", async () => {
    on = { ...(on as HistoryOn), aboveUnread: [""] };
    ask();
    expect(await screen.findByText(/^The activity log of Root of the tenant was not read then/)).toBeDefined();
  });

  it("names the missing role and who gives it when the portal refuses, and offers no second attempt", async () => {
    on = refused();
    ask();
    expect(await screen.findByText(/needs the portal role Portal\.Auditor\./)).toBeDefined();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });
});

describe("the portal's own identity", () => {
  const COVERED = () => (page as HistoryPageData).coverage;
  const tell = (part: Partial<HistoryPageData["coverage"]>) => {
    page = { ...(page as HistoryPageData), coverage: { ...COVERED(), ...part } };
    show("?view=coverage");
  };

  it("is said to read while nobody is signed in", async () => {
    tell({ identity: { kind: "managed", problem: null, nextStep: null } });
    expect(await screen.findByText("The portal's managed identity reads, also while nobody is signed in.")).toBeDefined();
    expect(screen.getByText(/^The portal's own identity carries the reading/)).toBeDefined();
  });

  it("says what is wrong with it and what to do", async () => {
    tell({ identity: { kind: "application", problem: "It sees no subscription.", nextStep: "Give it Reader." } });
    expect(
      await screen.findByText("The portal's own application does not read: It sees no subscription. Give it Reader."),
    ).toBeDefined();
  });

  it("shows since when the logs above the subscriptions are read, and which are not", async () => {
    tell({ above: { places: 3, unreadPlaces: 2, unread: ["", "Corp"], from: FROM } });
    expect(await screen.findByText(/^Changes of assignments at the root and at management groups are read/)).toBeDefined();
    expect(
      screen.getByText(/^The logs of 2 places above the subscriptions are not read: Root of the tenant and Corp\./),
    ).toBeDefined();
  });

  it("does not show places to who sees only their own, and says why", async () => {
    tell({ sources: [], placesHidden: true });
    expect(await screen.findByText(/^The places and their readings are listed for those who see everybody's/)).toBeDefined();
    expect(screen.queryByRole("table", { name: "What is read of each place" })).toBeNull();
  });
});

it("shows of each place how far it is read, and what Azure refused", async () => {
  show("?view=coverage");
  const table = await screen.findByRole("table", { name: "What is read of each place" });
  expect(table.textContent).toContain("Production");
  expect(table.textContent).toContain("You may not read this.");
  expect(table.textContent).toContain("Whole tenant");
});

describe("reading Azure now", () => {
  const readNow = () => fireEvent.click(screen.getByRole("button", { name: "Read Azure now" }));

  it("says that it could not be started, and why", async () => {
    show();
    await screen.findByRole("table", { name: "Events, newest first" });
    apiFetch.mockImplementation(async () => {
      throw refused();
    });
    readNow();
    const alert = await screen.findByRole("alert");
    for (const words of ["Reading Azure could not be started", "This needs Portal.Auditor."])
      expect(alert.textContent).toContain(words);
  });
});

it("offers to ask again for a date that could not be answered", async () => {
  const answer = on;
  on = new ApiProblem({
    type: "x",
    title: "Upstream",
    status: 503,
    code: "upstream",
    detail: "The store is away.",
    traceId: "t9",
  });
  show(`?view=on&date=2026-02-10&on=${encodeURIComponent(MACHINE)}`);
  await screen.findByRole("alert");
  on = answer;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText(/^Nobody held a role that reached WIN-1/)).toBeDefined();
});

describe("who does not see everybody", () => {
  const asked = () => apiFetch.mock.calls.map(([path]) => String(path)).filter((path) => /history\/(on|report)/.test(path));

  it("is led to no page that would refuse them", async () => {
    session.roles = [];
    show();
    await screen.findByRole("table", { name: "Events, newest first" });
    expect(screen.queryByRole("link", { name: "Weekly report" })).toBeNull();
    session.roles = ["Portal.Admin"];
    cleanup();
    show();
    expect(screen.getByRole("link", { name: "Weekly report" })).toBeDefined();
  });

  it.each([
    ["report", "", <ReportPage key="report" />],
    ["question", `?view=on&date=2026-03-01&on=${MACHINE}`, <HistoryPage key="question" />],
  ])("reads on the %s which role is missing and who gives it, with the way to what they may see", async (_, search, page) => {
    session.roles = [];
    show(search, page);
    expect(screen.getByText(/needs the portal role Portal\.Auditor\. You do not hold it\./)).toBeDefined();
    expect(screen.getByText(/Cloud Application Administrator or an Application Administrator can give it/)).toBeDefined();
    expect(screen.getByRole("link", { name: "See your own history" }).getAttribute("href")).toBe("/history");
    for (const name of ["Week before", "Week after", "Print", "Try again", "Show"])
      expect(screen.queryByRole("button", { name })).toBeNull();
    expect(asked()).toEqual([]);
  });

  it("is not asked for before the portal has said which roles are held", () => {
    session.roles = null;
    show("", <ReportPage />);
    expect(screen.queryByText(/needs the portal role/)).toBeNull();
    expect(asked()).toEqual([]);
  });
});
