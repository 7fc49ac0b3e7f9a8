// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { AuditChainState, AuditEntry, AuditPage as AuditPageData } from "@/lib/domain/api";
import { AuditPage } from "./audit-page";

const apiFetch = vi.hoisted(() => vi.fn());
const apiResponse = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch, apiResponse }));
vi.mock("@/lib/client/config", () => ({ useConfig: () => ({ cloudId: "public" }) }));
const SUBSCRIPTION = "BFBFCEBA-e931-4e28-a400-492d253098a6";
const subscriptions = [{ id: "bfbfceba-e931-4e28-a400-492d253098a6", name: "Production EU 01", state: "Enabled" }];
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: { tenantId: "t1", objectId: "o1" }, info: { subscriptions } }),
}));

const MACHINE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/WIN-1";
const OPERATION = "10ca1a2e-0000-4000-8000-000000000009";

function entry(seq: number, over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq,
    at: "2026-03-01T10:00:00.000Z",
    tenantId: "t1",
    operatorObjectId: "o1",
    operatorName: "Ada",
    action: "extension.deploy",
    targetId: MACHINE,
    outcome: "done",
    operationId: OPERATION,
    traceId: "trace-1",
    detail: {},
    hash: "a".repeat(64),
    ...over,
  };
}

const CHAIN: AuditChainState = {
  ok: true,
  entries: 3,
  headHash: "b".repeat(64),
  broken: null,
  anchor: { state: "genuine", seq: 3, sentence: "Entry 3 agrees with the anchor." },
  checkedAt: "2026-03-01T10:00:00.000Z",
};

let narrow = false;
window.matchMedia = (query: string) =>
  Object.assign(new EventTarget(), { matches: narrow, media: query, onchange: null, addListener() {}, removeListener() {} });

let page: AuditPageData | Error;
let chain: AuditChainState | Error;
const asked = () => apiFetch.mock.calls.map(([path]) => String(path)).filter((path) => !path.endsWith("/chain"));

beforeEach(() => {
  narrow = false;
  page = {
    entries: [entry(2), entry(1, { outcome: "intent" })],
    nextCursor: null,
    total: 2,
    scope: "own",
    asOf: "2026-03-01T10:01:00.000Z",
  };
  chain = CHAIN;
  apiResponse.mockReset();
  apiFetch.mockReset();
  apiFetch.mockImplementation(async (path: string) => {
    const answer = path.endsWith("/chain") ? chain : page;
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(cleanup);

function show(search = "") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <NuqsTestingAdapter searchParams={search} hasMemory>
      <QueryClientProvider client={client}>
        <AuditPage />
      </QueryClientProvider>
    </NuqsTestingAdapter>,
  );
}

const problem = (status: number, detail: string) =>
  new ApiProblem({
    type: "x",
    title: "Not allowed",
    status,
    code: "forbidden",
    detail,
    nextStep: "Ask for the role.",
    traceId: "trace-9",
  });

describe("audit page", () => {
  it("is a list on a phone, with all that the table says", async () => {
    narrow = true;
    show();
    const list = await screen.findByRole("list", { name: "Audit entries, newest first" });
    const [newest] = within(list).getAllByRole("listitem");
    expect(newest?.textContent).toMatch(/Install Entra sign-in · WIN-1Done2Ada/);
    expect(screen.queryByRole("table")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Open entry 2" }));
    expect(await screen.findByRole("dialog")).toBeDefined();
  });

  it("lists entries with who, action, machine and outcome in words, and says whose they are", async () => {
    show();
    const table = await screen.findByRole("table");
    const rows = within(table).getAllByRole("row").slice(1);
    expect(
      rows.map((row) =>
        within(row)
          .getAllByRole("cell")
          .map((cell) => cell.textContent),
      ),
    ).toEqual([
      ["2", expect.stringContaining("10:00"), "Ada", "Install Entra sign-in", "WIN-1", "Done"],
      ["1", expect.stringContaining("10:00"), "Ada", "Install Entra sign-in", "WIN-1", "Intent"],
    ]);
    expect(screen.getByText(/You see your own entries/)).toBeDefined();
    expect(screen.getByText(/2 of 2 entries shown/)).toBeDefined();
  });

  it("shows a loading state before the first answer", () => {
    apiFetch.mockReturnValue(new Promise(() => undefined));
    show();
    expect(screen.getByRole("status", { name: "Loading" })).toBeDefined();
  });

  it("says what an empty audit means, and offers to clear filters that match nothing", async () => {
    page = { entries: [], nextCursor: null, total: 0, scope: "all", asOf: "2026-03-01T10:01:00.000Z" };
    show();
    expect(await screen.findByText("No entries yet")).toBeDefined();
    cleanup();
    show("?who=eve");
    expect(await screen.findByText("No entry matches these filters")).toBeDefined();
    fireEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement);
    await waitFor(() => expect(asked().at(-1)).toBe("/api/audit"));
  });

  it("shows a refusal with its next step and trace id", async () => {
    page = problem(403, "You may not read this.");
    show();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("You may not read this.");
    expect(alert.textContent).toContain("Ask for the role.");
    expect(alert.textContent).toContain("trace-9");
  });

  it("keeps the entries on the screen when a refresh fails, and says how old they are", async () => {
    show();
    await screen.findByRole("table");
    page = problem(502, "No answer.");
    fireEvent.click(screen.getByRole("button", { name: "Refresh" }));
    expect(await screen.findByText(/as of 10:01/, { selector: "p" })).toBeDefined();
    expect(screen.getByRole("table")).toBeDefined();
  });

  it("asks for exactly what the address says", async () => {
    show(
      `?who=ada&action=identity.enable&outcome=failed&target=win&from=2026-03-01T08:00&to=2026-03-01T09:30&operation=${OPERATION}`,
    );
    await screen.findByRole("table");
    const query = new URL(asked()[0] ?? "", "http://x").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      who: "ada",
      action: "identity.enable",
      outcome: "failed",
      target: "win",
      operation: OPERATION,
      from: "2026-03-01T08:00:00Z",
      to: "2026-03-01T09:30:59.999Z",
    });
  });

  it("ignores what the address cannot mean instead of failing", async () => {
    show("?action=drop&outcome=none&from=yesterday");
    await screen.findByRole("table");
    expect(asked()[0]).toBe("/api/audit");
  });

  it("loads older entries with the cursor", async () => {
    page = { ...(page as AuditPageData), nextCursor: "1", total: 5 };
    show();
    const older = await screen.findByRole("button", { name: "Load older entries" });
    page = { ...(page as AuditPageData), entries: [entry(0)], nextCursor: null };
    fireEvent.click(older);
    await waitFor(() => expect(asked().at(-1)).toBe("/api/audit?cursor=1"));
  });

  it("offers no command for an entry whose stored request it does not know", async () => {
    page = { ...(page as AuditPageData), entries: [entry(8, { detail: { request: { method: "POST", url: 7 } } })] };
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Open entry 8" }));
    const dialog = await screen.findByRole("dialog", { name: "Entry 8" });
    expect(dialog.textContent).not.toContain("az rest");
  });

  it("opens an entry with its request, Azure's words, overruled checks and hash", async () => {
    const request = { method: "PUT", url: "https://management.azure.com/x", body: { a: 1 } };
    const azure = { code: "AuthorizationFailed", message: "no right", requestId: "r-77" };
    page = {
      ...(page as AuditPageData),
      entries: [entry(7, { outcome: "refused", detail: { request, azure, overrides: ["domainJoined"], consent: true } })],
    };
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Open entry 7" }));
    const dialog = await screen.findByRole("dialog", { name: "Entry 7" });
    for (const text of [
      "https://management.azure.com/x",
      "no right",
      "AuthorizationFailed",
      "r-77",
      "domainJoined",
      "a".repeat(64),
      `az rest --method put \\\n  --url 'https://management.azure.com/x' \\\n  --body '{"a":1}'`,
      "Invoke-AzRestMethod -Method PUT `\n  -Path '/x'",
    ]) {
      expect(dialog.textContent).toContain(text);
    }
    expect(within(dialog).getByRole("link", { name: "Open the operation" }).getAttribute("href")).toBe(
      `/operations/${OPERATION}`,
    );
    expect(within(dialog).getByRole("link", { name: "Open the machine" }).getAttribute("href")).toBe("/machines/s/g/WIN-1");
  });

  it("narrows to one operation from an entry", async () => {
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Open entry 2" }));
    fireEvent.click(await screen.findByRole("button", { name: "All entries of this operation" }));
    await waitFor(() => expect(asked().at(-1)).toBe(`/api/audit?operation=${OPERATION}`));
  });

  const written = "/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/10ca1a2e-0000-4000-8000-000000000001";
  const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app-ams`;
  it.each([
    ["the subscription's name", `/subscriptions/${SUBSCRIPTION}${written}`, "Subscription Production EU 01"],
    ["a subscription nobody may name", `/subscriptions/other${written}`, "Subscription other"],
    ["the group", `${GROUP}${written}`, "Resource group rg-app-ams"],
    ["the machine", `${GROUP}/providers/Microsoft.HybridCompute/machines/ams-app-0001${written}`, "ams-app-0001"],
    ["the management group", `/providers/Microsoft.Management/managementGroups/mg-prod${written}`, "Management group mg-prod"],
    ["the root", written, "Tenant root"],
    ["anything else as it is", `${GROUP}/providers/Contoso.Odd/things/x`, `${GROUP}/providers/Contoso.Odd/things/x`],
  ])("names %s as the target of a role", async (_what, targetId, words) => {
    page = { ...(page as AuditPageData), entries: [entry(3, { targetId })] };
    show();
    expect((await screen.findByText(words)).getAttribute("title")).toBe(targetId);
  });

  it("dates an entry to the second, as Azure's own logs do", async () => {
    page = { ...(page as AuditPageData), entries: [entry(3, { at: "2026-03-01T10:00:07.000Z" })] };
    show();
    expect(await screen.findByText("Mar 1, 2026, 10:00:07 UTC")).toBeDefined();
  });

  it("shows an action that this version does not know as it is stored", async () => {
    page = { ...(page as AuditPageData), entries: [entry(3, { action: "future.start", targetId: "fleet" })] };
    show();
    expect(await screen.findByText("future.start")).toBeDefined();
    expect(screen.getByText("fleet")).toBeDefined();
  });
});

describe("chain", () => {
  it("says that it holds", async () => {
    show();
    expect(await screen.findByRole("button", { name: "Chain holds" })).toBeDefined();
  });

  it("names the first broken entry and the reason", async () => {
    chain = { ...CHAIN, ok: false, broken: { seq: 41, reason: "its text was changed after it was written" } };
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Chain broken at entry 41" }));
    expect(await screen.findByText("its text was changed after it was written")).toBeDefined();
  });

  it("says that the anchor contradicts it", async () => {
    chain = { ...CHAIN, ok: false, anchor: { state: "contradicts", seq: 3, sentence: "The chain was rewritten." } };
    show();
    fireEvent.click(await screen.findByRole("button", { name: "Chain contradicts its anchor" }));
    expect(await screen.findByText("The chain was rewritten.")).toBeDefined();
  });

  it("never claims to hold when it could not be checked", async () => {
    chain = problem(502, "The store does not answer.");
    show();
    expect(await screen.findByRole("button", { name: "Chain not checked" })).toBeDefined();
    expect(screen.queryByText("Chain holds")).toBeNull();
  });
});

describe("export", () => {
  it("asks for everything that matches the filter, in the wanted form", async () => {
    const save = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:x", revokeObjectURL: () => undefined }));
    apiResponse.mockResolvedValue(
      new Response("x", { headers: { "content-disposition": 'attachment; filename="arcwarden-audit.csv"' } }),
    );
    show("?who=ada");
    await screen.findByRole("table");
    fireEvent.keyDown(screen.getByRole("button", { name: "Export" }), { key: "Enter" });
    fireEvent.click(await screen.findByRole("menuitem", { name: /^CSV/ }));
    await waitFor(() => expect(save).toHaveBeenCalledOnce());
    expect(apiResponse).toHaveBeenCalledWith("/api/audit/export?who=ada&format=csv");
    expect((save.mock.instances[0] as unknown as HTMLAnchorElement).download).toBe("arcwarden-audit.csv");
  });

  it("says when it failed", async () => {
    apiResponse.mockRejectedValue(problem(502, "The store does not answer."));
    show();
    await screen.findByRole("table");
    fireEvent.keyDown(screen.getByRole("button", { name: "Export" }), { key: "Enter" });
    fireEvent.click(await screen.findByRole("menuitem", { name: /^JSON/ }));
    expect((await screen.findByRole("alert")).textContent).toContain("The export failed");
  });
});
