// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ManageInput, ScheduleRow } from "@/lib/domain/elevation/manage/api";
import { withActivation } from "@/lib/domain/elevation/manage/manage-fixture";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { manageItem, manageSet, overview, person, policyRow, preview, previewItem, WHOLE } from "./manage-fixture";
import { ManagePage } from "./manage-page";
import { ManageSetPage } from "./set-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => ({ kind: "none" }) }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
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

describe("what has ended", () => {
  const [running] = overview().schedules;
  if (running === undefined) throw new Error("the example has no schedule");
  const over: ScheduleRow = {
    ...running,
    ...{ id: "ended:eligible:s-9", scheduleId: "s-9", principal: person("Eve"), over: true, endsAt: "2026-11-20T08:30:00Z" },
  };
  const eve = "Choose Eve, Resource Administrator, Prod";
  const ada = "Choose Ada, Resource Administrator, Prod";
  const which = () => screen.getByRole("combobox", { name: "Which" });
  const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });
  const isOff = (name: string) => [button(name).getAttribute("aria-disabled"), button(name).getAttribute("aria-description")];

  it("is listed with its end after what runs, and alone by the filter", async () => {
    answering({ [ROOT]: () => overview({ ended: [over] }) });
    show(<ManagePage />);
    await screen.findByRole("checkbox", { name: eve });
    expect(screen.getByText(/^Ended .*2026.*UTC$/)).toBeTruthy();
    const names = () => screen.getAllByRole("checkbox", { name: /^Choose \w+,/ }).map((box) => box.getAttribute("aria-label"));
    expect(names()).toEqual([ada, eve]);
    fireEvent.change(which(), { target: { value: "ended" } });
    expect(names()).toEqual([eve]);
    for (const value of ["eligible", "active", "soon"]) {
      fireEvent.change(which(), { target: { value } });
      expect(screen.queryByRole("checkbox", { name: eve })).toBeNull();
    }
  });

  it("can be renewed and nothing else, what runs everything but renewed, both with the reason", async () => {
    answering({ [ROOT]: () => overview({ ended: [over] }) });
    show(<ManagePage />);
    fireEvent.click(await screen.findByRole("checkbox", { name: eve }));
    const onlyRenew = "Something chosen has ended. What has ended can only be renewed.";
    for (const name of ["Extend", "Remove", "Bicep"]) expect(isOff(name)).toEqual(["true", onlyRenew]);
    expect(isOff("Renew")).toEqual([null, null]);
    fireEvent.click(button("Extend"));
    expect(screen.queryByRole("dialog")).toBeNull();
    fireEvent.click(screen.getByRole("checkbox", { name: ada }));
    const onlyEnded = "Something chosen still runs. Only what has ended can be renewed.";
    expect(isOff("Renew")).toEqual(["true", onlyEnded]);
    fireEvent.click(screen.getByRole("checkbox", { name: eve }));
    for (const name of ["Extend", "Remove", "Bicep"]) expect(isOff(name)).toEqual([null, null]);
    expect(isOff("Renew")).toEqual(["true", onlyEnded]);
  });

  it("is renewed with an end and a reason through the preview, by the schedule that ended", async () => {
    const asked: ManageRequest[][] = [];
    answering({
      [PREVIEW]: (body) => {
        asked.push(body?.requests ?? []);
        return preview((body?.requests ?? []).map((request, index) => previewItem(index, request)));
      },
      "/api/elevation/manage/rule": () => ({
        rule: { endRequired: true, maxMinutes: 30 * 1_440, justification: true, ticket: false, mfa: false },
        problem: null,
      }),
      [ROOT]: () => overview({ ended: [over] }),
    });
    show(<ManagePage />);
    fireEvent.click(await screen.findByRole("checkbox", { name: eve }));
    fireEvent.click(button("Renew"));
    const dialog = await screen.findByRole("dialog", { name: "Renew" });
    expect(await within(dialog).findByText("The policy lets administrators give at most 30 days.")).toBeTruthy();
    fireEvent.change(within(dialog).getByRole("textbox", { name: "Days" }), { target: { value: "30" } });
    fireEvent.change(within(dialog).getByRole("textbox", { name: "Justification" }), { target: { value: "Back on call" } });
    fireEvent.click(within(dialog).getByRole("button", { name: "Show what would change" }));
    expect(await screen.findByText("Renew the eligibility of Bob for Contributor at Prod")).toBeTruthy();
    expect(asked[0]).toMatchObject([
      {
        ...{ kind: "schedule", requestType: "AdminRenew", of: "eligible", targetScheduleId: "s-9", principalId: "id-Eve" },
        ...{ end: { kind: "after", minutes: 30 * 1_440 }, justification: "Back on call" },
      },
    ]);
  });

  it("is not said to be nothing when it could not be read", async () => {
    const missing = [{ source: "endedSchedules", label: "Ended eligibilities of Prod", problem: problem(403).problem }];
    let completeness = { ...WHOLE, complete: false, missing };
    answering({ [ROOT]: () => overview({ completeness }) });
    const { unmount } = show(<ManagePage />);
    await screen.findByRole("checkbox", { name: ada });
    fireEvent.change(which(), { target: { value: "ended" } });
    expect(screen.getByText("Ended eligibilities of Prod")).toBeTruthy();
    expect(screen.queryByText("Nothing ended in the last 30 days")).toBeNull();
    unmount();
    completeness = { ...WHOLE, complete: true, missing: [] };
    show(<ManagePage />);
    await screen.findByRole("checkbox", { name: ada });
    fireEvent.change(which(), { target: { value: "ended" } });
    expect(screen.getByText("Nothing ended in the last 30 days")).toBeTruthy();
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

  it("shows mails that differ, and copies them only when told so", async () => {
    const asked: ManageRequest[][] = [];
    const [mail] = policyRow("x").settings.mails ?? [];
    if (mail === undefined) throw new Error("the example has no mail");
    const quiet = policyRow("Owner", { settings: { ...policyRow("x").settings, mails: [{ ...mail, level: "None" }] } });
    answering({
      "/api/elevation/manage/policies": () => ({ rows: [policyRow("Reader"), quiet], completeness: WHOLE }),
      [PREVIEW]: (body) => {
        asked.push(body?.requests ?? []);
        return preview((body?.requests ?? []).map((request, index) => previewItem(index, request)));
      },
      [ROOT]: () => overview(),
    });
    show(<ManagePage />, "?tab=policies&baseline=k-Reader");
    expect(
      await screen.findByText(
        "Mail to administrators when somebody becomes eligible: none instead of all to Azure's own recipients, soc@contoso.example",
      ),
    ).toBeTruthy();
    fireEvent.click(screen.getByRole("checkbox", { name: /^Choose Owner/ }));
    const copy = async () => {
      fireEvent.click(screen.getByRole("button", { name: "Copy baseline to 1" }));
      const dialog = await screen.findByRole("dialog");
      await within(dialog).findByText(/^Change the settings of/);
      fireEvent.click(within(dialog).getByRole("button", { name: "Close" }));
    };
    await copy();
    fireEvent.click(screen.getByRole("checkbox", { name: "Copy mail notifications too" }));
    await copy();
    const [without, withMails] = asked.map(([one]) => (one?.kind === "policy" ? one.settings.mails : undefined));
    expect([without, withMails]).toEqual([null, policyRow("Reader").settings.mails]);
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
    expect(asked[0]).toMatchObject([{ kind: "policy", policyId: "/p/Owner", settings: { ...rows[0]?.settings, mails: null } }]);
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

describe("what begins later", () => {
  const [running] = overview().schedules;
  if (running === undefined) throw new Error("the example has no schedule");
  const startsAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const times = { startsAt, endsAt: null };
  const coming: ScheduleRow = { ...running, ...times, id: "coming:eligible:s-7", scheduleId: "s-7", principal: person("Ida") };
  const ida = "Choose Ida, Resource Administrator, Prod";
  const off = (name: string) => screen.getByRole("button", { name }).getAttribute("aria-description");
  const previews = (asked: ManageRequest[][]): Record<string, Answer> => ({
    [PREVIEW]: (body) => {
      asked.push(body?.requests ?? []);
      return preview((body?.requests ?? []).map((request, index) => previewItem(index, request)));
    },
  });

  it("is listed with its start, alone by the filter; it can be removed and written as Bicep, not extended", async () => {
    const asked: ManageRequest[][] = [];
    answering({ ...previews(asked), [ROOT]: () => overview({ coming: [coming] }) });
    show(<ManagePage />);
    const box = await screen.findByRole("checkbox", { name: ida });
    expect(screen.getByText(/^Begins .* UTC$/)).toBeTruthy();
    fireEvent.change(screen.getByRole("combobox", { name: "Which" }), { target: { value: "coming" } });
    expect(screen.getAllByRole("checkbox", { name: /^Choose \w+,/ })).toHaveLength(1);
    fireEvent.click(box);
    expect([off("Extend"), off("Remove"), off("Bicep")]).toEqual([
      "Something chosen has not begun. Remove it and give it again with other times.",
      null,
      null,
    ]);
    fireEvent.click(screen.getByRole("button", { name: "Bicep" }));
    expect((await screen.findByRole("dialog")).textContent).toContain(`startDateTime: '${startsAt}'`);
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" });
    fireEvent.click(screen.getByRole("button", { name: "Remove" }));
    await screen.findByText(/^Remove the eligibility of Bob/);
    expect(asked[0]).toMatchObject([{ requestType: "AdminRemove", targetScheduleId: "s-7" }]);
  });

  it("is given with a start that the form checks, and the preview says it", async () => {
    const asked: ManageRequest[][] = [];
    answering({
      ...previews(asked),
      "/api/elevation/manage/rule": () => ({ rule: null, problem: null }),
      "/api/access/roles": () => ({ roles: [{ id: "/x/role-1", name: "Contributor" }] }),
      "/api/principals": () => ({ principals: [person("Ida")] }),
      [ROOT]: () => overview(),
    });
    show(<ManagePage />);
    fireEvent.click(await screen.findByRole("button", { name: "Give" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByRole("searchbox"), { target: { value: "Ida" } });
    fireEvent.click(await dialog.findByRole("button", { name: "Add Ida" }));
    await dialog.findByRole("option", { name: "Contributor" });
    fireEvent.change(dialog.getByRole("combobox", { name: "Role" }), { target: { value: "role-1" } });
    fireEvent.change(dialog.getByRole("textbox", { name: "Scopes, one id a line" }), { target: { value: coming.scope.id } });
    fireEvent.click(dialog.getByRole("radio", { name: "At a set time" }));
    const field = dialog.getByLabelText<HTMLInputElement>("Begins at (UTC)");
    expect(Date.parse(`${field.value}Z`)).toBeGreaterThan(Date.now());
    fireEvent.change(field, { target: { value: "2020-01-01T08:00" } });
    fireEvent.click(dialog.getByRole("button", { name: "Show what would change" }));
    expect(dialog.getByText("The start is in the past.")).toBeTruthy();
    expect(asked).toEqual([]);
    fireEvent.change(field, { target: { value: startsAt.slice(0, 16) } });
    fireEvent.click(dialog.getByRole("button", { name: "Show what would change" }));
    expect(await screen.findByText(/^Make Bob eligible for Contributor at Prod, from .* UTC$/)).toBeTruthy();
    expect(asked[0]).toMatchObject([{ requestType: "AdminAssign", startsAt: `${startsAt.slice(0, 16)}:00.000Z` }]);
  });
});
