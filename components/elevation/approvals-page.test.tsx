// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdDate } from "@/components/ui/hold-date";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ApprovalInbox, ApprovalRow } from "@/lib/domain/elevation/api";
import { ApprovalsPage } from "./approvals-page";
import { ANNA, approval, batch, GROUP, inbox, inMinutes, item, NOW, permits, policy } from "./elevation-fixture";
import { renderElevation, sentBatches } from "./render-elevation";

const apiFetch = vi.hoisted(() => vi.fn());
const events = vi.hoisted(() => ({ say: [] as ((data: string) => void)[] }));
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/auth-provider", () => ({ useAuth: () => ({ dismissFailure: () => undefined }) }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => ({ kind: "none" }) }));
vi.mock("@/lib/client/sse", () => ({
  openEventStream: (_path: string, { onMessage }: { onMessage: (message: { data: string }) => void }) => {
    events.say.push((data) => onMessage({ data }));
    return () => undefined;
  },
}));

type Init = { method?: string; body?: { items?: { key: string }[] } } | undefined;
let answer: ApprovalInbox | Error;

function open(first: ApprovalInbox | Error, approvers?: unknown) {
  answer = first;
  apiFetch.mockImplementation((path: string, init: Init) => {
    if (path === "/api/elevation/approvals") {
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
    if (path === "/api/elevation/permits") {
      return Promise.resolve({ permits: (init?.body?.items ?? []).map(({ key }) => permits(key)), atLeast: [], asOf: NOW });
    }
    if (path === "/api/elevation/approvers") return Promise.resolve(approvers);
    return Promise.resolve(batch([item({ kind: "decide" })]));
  });
  return renderElevation(<ApprovalsPage />);
}

const sent = () => sentBatches(apiFetch.mock.calls);
const card = async (name: RegExp) => screen.findByRole("listitem", { name });
const stamp = (approvals: string) => JSON.stringify({ waiting: 1, stamps: { approvals, mine: "m" }, asOf: NOW });

holdDate(NOW);
beforeEach(() => void apiFetch.mockReset());

describe("a request", () => {
  it("[A27] shows who, role, scope, why, ticket, how long, until when, capabilities, machines and blast radius", async () => {
    open(inbox([approval("a")]));
    const request = within(await card(/Olivia Operator wants Role a/));
    expect(await request.findByText("Sign in as administrator")).toBeDefined();
    for (const text of [
      "at Resource group rg-app · olivia@contoso.example",
      "“INC1: disk full”",
      "Ticket: INC1 in ServiceNow",
      "4 hours, from the decision on",
      "new on all of them",
      "held already",
      "12 machine identities within reach, holding 15 role assignments at 3 scopes.",
      "Who else may decide: Anna Approver, group Platform leads",
      "srv-1, srv-2",
      "at most 8 hours",
    ]) {
      expect(
        request.getByText((_, element) => element?.textContent?.trim().startsWith(text) === true, { selector: "p, span, li" }),
        text,
      ).toBeDefined();
    }
    expect(request.getAllByText("23:00:00 left to decide").length).toBeGreaterThan(0);
    expect(request.getAllByText(/41 machines/).length).toBeGreaterThan(0);
  });

  it("[A27] shows who is in an approving group, and through which one the operator decides", async () => {
    const approver = { id: "g", kind: "group" as const, name: "Platform leads", isBackup: false };
    const rule = {
      required: true,
      requiredForExtension: false,
      mode: "SingleStage",
      approvers: [approver],
      approverReasonRequired: true,
    };
    const people = ["Ada", "Ben", "Me"].map((name) => ({ id: name.toLowerCase(), name, detail: "" }));
    const found = { id: "g", kind: "group", name: "Platform leads", people, total: 3, atLeast: false };
    open(inbox([approval("a", { policy: policy({ approval: rule }), approvers: [{ ...approver, detail: "" }] })]), {
      approvers: [found],
      me: "me",
      missing: [],
      asOf: NOW,
    });
    const request = within(await card(/Role a/));
    expect(await request.findByText("Besides you, 2 people can decide. You decide as a member of Platform leads.")).toBeDefined();
    expect(request.getByText(/^Who else may decide: group Platform leads \(3 people: Ada, Ben, Me\)$/)).toBeDefined();
  });

  it("shows the person's history with this role and how far it is known", async () => {
    const rows: ApprovalRow["history"]["rows"] = [
      { id: "h", at: inMinutes(-2_880), status: "Denied", phase: "refused", minutes: 60, justification: "test", scope: GROUP },
    ];
    open(inbox([approval("a", { history: { rows, total: 3, sources: ["azure", "portal"], missing: null } })]));
    const request = within(await card(/Role a/));
    expect(request.getAllByText(/3 requests before, last 2 days ago: Refused/).length).toBeGreaterThan(0);
    expect(request.getByText(/Known from: Azure, the portal's records/)).toBeDefined();
  });

  it("shows what others have decided", async () => {
    const stages: ApprovalRow["stages"] = [
      {
        id: "s",
        status: "Completed",
        assignedToMe: false,
        result: "approve",
        reviewedBy: ANNA,
        reviewedAt: inMinutes(-5),
        justification: "fine",
      },
    ];
    open(inbox([approval("a", { stages, canDecide: { allowed: false, why: "decided" } })]));
    expect(await screen.findByText("Approved by Anna Approver 5 minutes ago: “fine”")).toBeDefined();
    expect(screen.getByText("Decided already.")).toBeDefined();
  });

  it.each([
    ["ownRequest", /^Your own request. Nobody decides for themselves/],
    ["extension", /decided in its own portal only/],
    ["notMine", /^Not assigned to you any more/],
    ["stagesUnreadable", /could not be read/],
  ] as const)("cannot be decided when it is %s: the controls are off and say why", async (why, words) => {
    open(inbox([approval("a", { canDecide: { allowed: false, why } })]));
    const request = within(await card(/Role a/));
    const approve = request.getByRole<HTMLButtonElement>("button", { name: "Approve Olivia Operator: Role a" });
    expect(approve.disabled).toBe(true);
    expect(request.getByText(words).id).toBe(approve.getAttribute("aria-describedby"));
    expect(request.getByRole<HTMLInputElement>("checkbox").disabled).toBe(true);
  });
});

describe("a decision", () => {
  it("[A27] goes out with its reason only when there is one, and its outcome is told", async () => {
    open(inbox([approval("a")]));
    fireEvent.click(await screen.findByRole("button", { name: "Deny Olivia Operator: Role a" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Deny 1 request" }));
    const send = dialog.getByRole<HTMLButtonElement>("button", { name: "Deny 1 request" });
    expect(send.disabled).toBe(true);
    fireEvent.change(dialog.getByRole("textbox", { name: "Reason" }), { target: { value: " no ticket " } });
    fireEvent.click(send);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.actions).toMatchObject([
      { kind: "decide", requestId: "/requests/a", approvalId: "/approvals/a", decision: "deny", reason: "no ticket" },
    ]);
    expect(await screen.findByText("Your decisions")).toBeDefined();
  });

  it("of several goes out together, without the ones that cannot be decided", async () => {
    open(inbox([approval("a"), approval("b", { canDecide: { allowed: false, why: "ownRequest" } }), approval("c")]));
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select all that you can decide" }));
    fireEvent.click(screen.getByRole("button", { name: "Approve 2" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getAllByRole("listitem")).toHaveLength(2);
    fireEvent.change(dialog.getByRole("textbox"), { target: { value: "patch night" } });
    fireEvent.click(dialog.getByRole("button", { name: "Approve 2 requests" }));
    await waitFor(() =>
      expect(sent()[0]?.actions.map((action) => action.kind === "decide" && action.requestId)).toEqual([
        "/requests/a",
        "/requests/c",
      ]),
    );
  });

  it("that did not get through keeps its reason, says why, and goes out again as the same decision", async () => {
    open(inbox([approval("a")]));
    fireEvent.click(await screen.findByRole("button", { name: "Deny Olivia Operator: Role a" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByRole("textbox"), { target: { value: "no ticket" } });
    const failure = new ApiProblem({
      type: "x",
      title: "t",
      status: 0,
      code: "upstream",
      detail: "No answer came.",
      traceId: "",
    });
    apiFetch.mockRejectedValueOnce(failure);
    const send = dialog.getByRole<HTMLButtonElement>("button", { name: "Deny 1 request" });
    fireEvent.click(send);
    expect(await dialog.findByText("No answer came.")).toBeDefined();
    expect(dialog.getByRole<HTMLTextAreaElement>("textbox").value).toBe("no ticket");
    await waitFor(() => expect(send.disabled).toBe(false));
    fireEvent.click(send);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const [first, second] = sent();
    expect(second).toEqual(first);
  });

  it("needs no reason for a yes where the role's settings ask for none", async () => {
    open(inbox([approval("a", { reasonRequired: false })]));
    fireEvent.click(await screen.findByRole("button", { name: "Approve Olivia Operator: Role a" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Approve 1 request" }).disabled).toBe(false);
  });
});

describe("somebody else decides", () => {
  const by = { person: ANNA, decision: "approve" as const, at: inMinutes(-2), reason: "known incident" };
  const gone = () => {
    const { id, requester, role, scope } = approval("a");
    return inbox([], { decided: [{ id, requester, role, scope, by }] });
  };

  it("and the request leaves the inbox with who, what, when and why", async () => {
    open(inbox([approval("a")]));
    await card(/Role a/);
    const say = events.say.at(-1);
    act(() => say?.(stamp("s1")));
    answer = gone();
    act(() => say?.(stamp("s2")));
    const decided = within(await screen.findByRole("list", { name: "Decided in the last 24 hours" }));
    expect(decided.getByRole("listitem").textContent).toBe(
      "ApprovedOlivia Operator: Role a, Resource group rg-appby Anna Approver 2 minutes ago: “known incident”",
    );
    expect(screen.queryByRole("button", { name: /^Approve Olivia/ })).toBeNull();
  });

  it("while the dialog is open: it stays with the reason that was written, says so, and Azure's answer is told", async () => {
    open(inbox([approval("a")]));
    fireEvent.click(await screen.findByRole("button", { name: "Deny Olivia Operator: Role a" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByRole("textbox"), { target: { value: "no ticket" } });
    const say = events.say.at(-1);
    act(() => say?.(stamp("s1")));
    answer = gone();
    act(() => say?.(stamp("s2")));
    expect(await dialog.findByText(/^Does not wait any more/)).toBeDefined();
    expect(dialog.getByRole<HTMLTextAreaElement>("textbox").value).toBe("no ticket");
    const refusal = { id: "decidedByOther" as const, values: { person: ANNA.name }, azure: null };
    const outcome = batch([item({ kind: "decide", state: "refused", refusal, decidedBy: by })]);
    apiFetch.mockImplementation((path: string) => Promise.resolve(path === "/api/elevation/approvals" ? answer : outcome));
    fireEvent.click(dialog.getByRole("button", { name: "Deny 1 request" }));
    expect(await screen.findByText("Somebody was faster")).toBeDefined();
    expect(screen.getByText(/^Anna Approver decided to approve at .* Reason: known incident$/)).toBeDefined();
  });
});

it("[A27] shows a request that arrives while the page is open, and says so", async () => {
  open(inbox([approval("a")]));
  await card(/Role a/);
  const say = events.say.at(-1);
  act(() => say?.(stamp("s1")));
  answer = inbox([approval("a"), approval("b")]);
  act(() => say?.(stamp("s2")));
  expect(await card(/Role b/)).toBeDefined();
  expect(await screen.findByText("New request from Olivia Operator for Role b")).toBeDefined();
});

describe("the five states", () => {
  it("says that it is reading, then that nothing waits", async () => {
    open(inbox([]));
    expect(screen.getByText("Reading the requests that wait for you")).toBeDefined();
    expect(await screen.findByText("Nothing waits for you")).toBeDefined();
    expect(screen.getByText("New requests appear here by themselves.")).toBeDefined();
  });

  it("does not say that nothing waits when it could not be read", async () => {
    open(inbox([], { notice: { id: "noPermission", values: {}, azure: null } }));
    expect(await screen.findByText("You do not have the right")).toBeDefined();
    expect(screen.getByText(/Azure did not say which requests wait for you/)).toBeDefined();
  });

  it("says a failure plainly", async () => {
    open(new ApiProblem({ type: "x", title: "t", status: 403, code: "forbidden", detail: "no", traceId: "" }));
    expect(await screen.findByText("You may not read this")).toBeDefined();
  });
});
