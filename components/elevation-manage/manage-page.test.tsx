// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ManageInput } from "@/lib/domain/elevation/manage/api";
import { withActivation } from "@/lib/domain/elevation/manage/manage-fixture";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { manageItem, manageSet, overview, policyRow, preview, previewItem, WHOLE } from "./manage-fixture";
import { ManagePage } from "./manage-page";
import { ManageSetPage } from "./set-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => ({ kind: "none" }) }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
configure({ asyncUtilTimeout: 4_000 });

type Body = { requests: ManageRequest[] };
type Answer = (body: Body | undefined) => unknown;

function answering(answers: Record<string, Answer>) {
  apiFetch.mockImplementation(async (path: string, init?: { body?: Body }) => {
    const key = Object.keys(answers).find((one) => path.startsWith(one));
    const value = key === undefined ? new Error(`nobody answers ${path}`) : answers[key]?.(init?.body);
    if (value instanceof Error) throw value;
    return value;
  });
}

function show(node: React.ReactNode, query = "") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <NuqsTestingAdapter searchParams={query}>
      <QueryClientProvider client={client}>{node}</QueryClientProvider>
    </NuqsTestingAdapter>,
  );
}

const problem = (status: number, code: "forbidden" | "conflict" = "forbidden") =>
  new ApiProblem({ type: "x", title: "t", status, code, detail: "Azure said no.", traceId: "trace" });
const sent = () =>
  (apiFetch.mock.calls as [string, { body?: ManageInput }?][])
    .filter(([path]) => path === "/api/elevation/manage/changes")
    .flatMap(([, init]) => init?.body ?? []);

beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
});
afterEach(cleanup);

const PREVIEW = "/api/elevation/manage/preview";
const CHANGES = "/api/elevation/manage/changes";
const ROOT = "/api/elevation/manage";

describe("conversion", () => {
  const previewed =
    (patch = {}, confirmText: string | null = null): Answer =>
    (body) =>
      preview(
        (body?.requests ?? []).map((request, index) => previewItem(index, request, patch)),
        confirmText,
      );

  it("offers people and groups only, and says why an application is not offered", async () => {
    answering({ [ROOT]: () => overview() });
    show(<ManagePage />, "?tab=convert");
    await screen.findByRole("checkbox", { name: "Choose Bob, Contributor, Prod" });
    expect(screen.queryByText("Robot")).toBeNull();
    fireEvent.click(screen.getByRole("checkbox", { name: "Convertible only" }));
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Choose Robot, Contributor, Prod" }).disabled).toBe(true);
    expect(screen.getByText(/cannot activate anything, so they cannot be eligible/)).toBeTruthy();
  });

  it("sends what was previewed, with its stamp, and opens the page of the set", async () => {
    answering({ [PREVIEW]: previewed(), [CHANGES]: () => manageSet([]), [ROOT]: () => overview() });
    show(<ManagePage />, "?tab=convert");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Choose Bob, Contributor, Prod" }));
    fireEvent.click(screen.getByRole("button", { name: "Convert 1 to eligible" }));
    await screen.findByText("Make Contributor of Bob at Prod eligible");
    fireEvent.click(screen.getByRole("button", { name: "Send 1 change" }));
    await vi.waitFor(() => expect(push).toHaveBeenCalledWith("/elevation/manage/changes/set-1"));
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toMatchObject({
      stamp: "f".repeat(64),
      confirmText: "",
      requests: [{ kind: "convert", assignmentId: "a-Bob", end: { kind: "after", minutes: 180 * 1_440 } }],
    });
  });

  it("waits for the typed words before it can be sent", async () => {
    const problems = [{ about: "state", id: "own", weight: "typed", values: {} }];
    answering({ [PREVIEW]: previewed({ verdict: "confirm", problems }, "Owner"), [ROOT]: () => overview() });
    show(<ManagePage />, "?tab=convert");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Choose Bob, Contributor, Prod" }));
    fireEvent.click(screen.getByRole("button", { name: "Convert 1 to eligible" }));
    const field = await screen.findByRole("textbox", { name: "Type Owner" });
    const send = screen.getByRole<HTMLButtonElement>("button", { name: "Send 1 change" });
    expect(screen.getByText(/This is your own right to assign roles/)).toBeTruthy();
    fireEvent.change(field, { target: { value: "owner" } });
    expect(send.disabled).toBe(true);
    fireEvent.change(field, { target: { value: "Owner" } });
    expect(send.disabled).toBe(false);
  });

  it("sends nothing that is not possible: it must be left out first", async () => {
    const problems = [{ about: "state", id: "noRight", weight: "blocks", values: { actions: "X/write" } }];
    answering({ [PREVIEW]: previewed({ verdict: "blocked", problems }), [ROOT]: () => overview() });
    show(<ManagePage />, "?tab=convert");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Choose Bob, Contributor, Prod" }));
    fireEvent.click(screen.getByRole("button", { name: "Convert 1 to eligible" }));
    await screen.findByText(/Azure does not grant you X\/write here/);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Send 1 change" }).disabled).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Leave 1 out" }));
    expect(await screen.findByText("Nothing is left to send.")).toBeTruthy();
  });

  it("shows the preview as it is now when Azure's state has changed, and has sent nothing", async () => {
    answering({ [PREVIEW]: previewed(), [CHANGES]: () => problem(409, "conflict"), [ROOT]: () => overview() });
    show(<ManagePage />, "?tab=convert");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Choose Bob, Contributor, Prod" }));
    fireEvent.click(screen.getByRole("button", { name: "Convert 1 to eligible" }));
    await screen.findByText("Make Contributor of Bob at Prod eligible");
    fireEvent.click(screen.getByRole("button", { name: "Send 1 change" }));
    expect(await screen.findByText(/Nothing was sent. This is the preview as it is now/)).toBeTruthy();
    expect(push).not.toHaveBeenCalled();
  });
});

describe("eligibilities", () => {
  it("counts standing and eligible and names what ends soon", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-21T12:00:00Z"), toFake: ["Date"] });
    answering({ [ROOT]: () => overview() });
    show(<ManagePage />);
    const table = await screen.findByRole("table", { name: "Eligibilities and assignments with an end" });
    expect(within(table).getByText("Ends in 14 days or less")).toBeTruthy();
    expect(screen.getByText("25% of it is eligible")).toBeTruthy();
    vi.useRealTimers();
  });

  it("says that nothing could be read instead of that nobody is eligible", async () => {
    const missing = [{ source: "eligibleInstances", label: "Eligibilities of Prod", problem: problem(403).problem }];
    answering({ [ROOT]: () => overview({ schedules: [], completeness: { ...WHOLE, complete: false, missing } }) });
    show(<ManagePage />);
    expect(await screen.findByText("This could not be read")).toBeTruthy();
    expect(screen.queryByText("Nobody is eligible yet")).toBeNull();
  });

  it("still says that nobody is eligible when only the members of a group could not be read", async () => {
    const missing = [{ source: "groups", label: "Board office", problem: problem(403).problem }];
    answering({ [ROOT]: () => overview({ schedules: [], completeness: { ...WHOLE, complete: false, missing } }) });
    show(<ManagePage />);
    expect(await screen.findByText("Nobody is eligible yet")).toBeTruthy();
    expect(screen.queryByText("This could not be read")).toBeNull();
  });

  it("shows a refusal with a way to ask again", async () => {
    answering({ [ROOT]: () => problem(403) });
    show(<ManagePage />);
    expect(await screen.findByText("Azure said no.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });
});

describe("role settings", () => {
  const rows = [policyRow("Reader"), policyRow("Owner", { settings: withActivation({ maxMinutes: 60, ticket: true }) })];

  it("says for each role how it differs from the baseline", async () => {
    answering({ "/api/elevation/manage/policies": () => ({ rows, completeness: WHOLE }) });
    show(<ManagePage />, "?tab=policies&baseline=k-Reader");
    expect(await screen.findByText("1 of 1 differ from Reader at Prod")).toBeTruthy();
    expect(screen.getByText("Longest activation: 1 hour instead of 8 hours")).toBeTruthy();
    expect(screen.getByText("Ticket to activate: Yes instead of No")).toBeTruthy();
  });

  it("copies the baseline to what is chosen, never to itself", async () => {
    const asked: ManageRequest[][] = [];
    answering({
      "/api/elevation/manage/policies": () => ({ rows, completeness: WHOLE }),
      [PREVIEW]: (body) => {
        asked.push(body?.requests ?? []);
        return preview([]);
      },
    });
    show(<ManagePage />, "?tab=policies&baseline=k-Reader");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Choose all that are shown" }));
    fireEvent.click(screen.getByRole("button", { name: "Copy baseline to 1" }));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject([{ kind: "policy", policyId: "/p/Owner", settings: rows[0]?.settings }]);
  });
});

describe("a set of changes", () => {
  const request: ManageRequest = {
    ...{ kind: "convert", assignmentId: "a", requestName: "n", principalId: "p", roleId: "r", scope: "/", justification: "" },
    end: { kind: "none" },
  };

  it("shows Azure's words at what was refused, and tries that alone again", async () => {
    const azure = { status: 400, code: "No", message: "The policy says no.", requestId: "r", correlationId: null };
    const refused = manageItem(1, request, {
      state: "refused",
      azure: { ...azure, retryAfterSeconds: null, service: "arm" },
      effect: { state: "none", elapsedMs: null, seen: 0, reads: 0, lastReadAt: null },
    });
    const set = manageSet([manageItem(0, request), refused], { retry: [request], undo: [request] });
    const asked: ManageRequest[][] = [];
    answering({
      [PREVIEW]: (body) => {
        asked.push(body?.requests ?? []);
        return preview([]);
      },
      [CHANGES]: () => set,
    });
    show(<ManageSetPage id="set-1" />);
    expect(await screen.findByText("1 of 2 done, 1 refused")).toBeTruthy();
    expect(screen.getByText("The policy says no.")).toBeTruthy();
    fireEvent.click(screen.getByRole("radio", { name: "Refused and open only" }));
    expect(screen.getAllByText("Make Contributor of Bob at Prod eligible")).toHaveLength(1);
    fireEvent.click(screen.getByRole("button", { name: "Try 1 refused again" }));
    await vi.waitFor(() => expect(asked).toEqual([[request]]));
  });
});
