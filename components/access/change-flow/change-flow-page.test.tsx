// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import { type ChangePreset, encodePreset } from "@/lib/client/change-draft";
import type {
  AccessChangeRequest,
  AccessPreview,
  AccessRights,
  PreviewDifference,
  PreviewWarning,
  RoleView,
} from "@/lib/domain/access/api";
import { rightOf } from "@/lib/domain/access/rights";
import type { Problem } from "@/lib/domain/errors";
import { principalFixture } from "../access-fixture";
import { renderAccess } from "../render-access";
import { ChangeFlowPage } from "./change-flow-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
const replay = vi.hoisted(() => ({ current: { kind: "none" } as { kind: string; value?: unknown } }));
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => replay.current }));
vi.mock("@/lib/client/use-fleet", () => ({
  useFleet: () => ({ version: 0 }),
  getFleet: () => ({ backend: () => Promise.resolve({ call: () => Promise.resolve([]) }) }),
}));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: null, info: { subscriptions: [{ id: SUB_ID, name: "Production EU 01", state: "Enabled" }] } }),
}));
const SUB_ID = vi.hoisted(() => "00000000-0000-4000-8000-000000000001");
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));

const SUB = `/subscriptions/${SUB_ID}`;
const RG = `${SUB}/resourceGroups/rg`;
const MACHINE = `${RG}/providers/Microsoft.HybridCompute/machines/srv-1`;
const USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";
const ADMIN_LOGIN = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const DELEGATE = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
const LOGIN = "Microsoft.HybridCompute/machines/login/action";

function role(id: string, name: string, part: Partial<RoleView> = {}): RoleView {
  const permissions = [{ actions: [], notActions: [], dataActions: [LOGIN], notDataActions: [] }];
  const common = { type: "BuiltInRole", description: "", assignableScopes: ["/"], assignments: 0, drift: null };
  return { id, name, permissions, capabilities: ["signInUser"], ...common, ...part };
}

const ROLES = [
  role(ADMIN_LOGIN, "Virtual Machine Administrator Login", {
    permissions: [
      {
        actions: [],
        notActions: [],
        dataActions: [LOGIN, "Microsoft.HybridCompute/machines/loginAsAdmin/action"],
        notDataActions: [],
      },
    ],
    capabilities: ["signInUser", "signInAdmin", "becomeIdentity"],
  }),
  role(USER_LOGIN, "Virtual Machine User Login"),
  role(DELEGATE, "Role Based Access Control Administrator", {
    permissions: [
      { actions: ["Microsoft.Authorization/roleAssignments/write"], notActions: [], dataActions: [], notDataActions: [] },
    ],
    capabilities: ["assignRoles"],
  }),
];

const DANA = principalFixture("dana");

function difference(part: Partial<PreviewDifference> = {}): PreviewDifference {
  const machines = { machines: 41, machineIds: [MACHINE], machineNames: ["srv-1"] };
  return { principal: DANA, capability: "signInUser", lane: "now", ...machines, ...part };
}

function preview(changes: readonly AccessChangeRequest[], part: Partial<AccessPreview> = {}): AccessPreview {
  const action = "Microsoft.Authorization/roleAssignments/write";
  return {
    changes: changes.map((request, index) => ({
      request,
      principal: DANA,
      role: { id: USER_LOGIN, name: "Virtual Machine User Login", type: "BuiltInRole" },
      scope: { id: RG, kind: "resourceGroup", name: "rg" },
      exact: {
        method: "PUT",
        url: `https://management.azure.com/change/${index}`,
        body: { properties: { principalType: "User" } },
      },
      templates: { armJson: "{}", bicep: "resource x", azCli: "az role assignment create", powershell: "New-AzRoleAssignment" },
      right: { action, allowed: true, smallestRole: null },
    })),
    gained: [difference()],
    lost: [],
    totals: { peopleGaining: 1, peopleLosing: 0, machines: 41 },
    warnings: [],
    verdict: "ready",
    stamp: "stamp-1",
    atLeast: [],
    completeness: { expected: null, received: 41, complete: true, missing: [], asOf: "2026-11-21T12:00:00Z" },
    ...part,
  };
}

const mayAssignAt = { current: (_scope: string) => true };
function rightsAt(scope: string): AccessRights {
  const right = rightOf("assignRoles", mayAssignAt.current(scope));
  return { scope, assignRoles: right, removeRoles: right, defineRoles: right, readAssignments: right, asOf: "" };
}

const TREE = "Management group or subscription";
const CORP = "/providers/Microsoft.Management/managementGroups/corp";
const SCOPES = [
  { id: CORP, kind: "managementGroup", name: "Contoso", depth: 0 },
  { id: SUB, kind: "subscription", name: "Production", depth: 1 },
];

type Answer = { preview?: Partial<AccessPreview>; write?: () => Promise<unknown> };
type Init = { method?: string; body?: Record<string, unknown> } | undefined;

function open(preset: ChangePreset, { preview: part = {}, write }: Answer = {}) {
  apiFetch.mockImplementation((path: string, init: Init) => {
    if (path.startsWith("/api/principals")) return Promise.resolve({ principals: [DANA], asOf: "" });
    if (path === "/api/access/rights") return Promise.resolve({ rights: ((init?.body?.scopes ?? []) as string[]).map(rightsAt) });
    if (path === "/api/access/roles") return Promise.resolve({ roles: ROLES, completeness: preview([]).completeness });
    if (path === "/api/access/scopes") return Promise.resolve({ scopes: SCOPES, asOf: "" });
    if (path === "/api/access/preview")
      return Promise.resolve(preview((init?.body?.changes ?? []) as AccessChangeRequest[], part));
    return write === undefined ? Promise.resolve({ id: String(init?.body?.changeSetId) }) : write();
  });
  return renderAccess(<ChangeFlowPage presetText={encodePreset(preset)} />);
}

function bodiesOf(path: string): Record<string, unknown>[] {
  return (apiFetch.mock.calls as [string, Init][]).filter(([to]) => to === path).map(([, init]) => init?.body ?? {});
}

const writes = () => bodiesOf("/api/access/changes");
const REMOVE: ChangePreset = { changes: [{ kind: "remove", assignmentId: `${RG}/providers/x/roleAssignments/a1` }] };
const warning = (id: PreviewWarning["id"], blocks = false): PreviewWarning => ({ id, change: 0, blocks, values: {} });
const writeButton = () => screen.findByRole<HTMLButtonElement>("button", { name: "Write 1 change" });

beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
  sessionStorage.clear();
  mayAssignAt.current = () => true;
  replay.current = { kind: "none" };
});
afterEach(cleanup);

describe("the form", () => {
  it("[A08] [C05] assigns a login role to a person that was searched, at the narrowest scope", async () => {
    open({ scopes: [MACHINE, RG, SUB] });
    fireEvent.change(screen.getByRole("searchbox", { name: "Find by name, sign-in name or object id" }), {
      target: { value: "da" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Add dana" }));
    fireEvent.click(await screen.findByRole("checkbox", { name: "Virtual Machine User Login" }));
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Machine srv-1" }).checked).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Show what would change" }));
    fireEvent.click(await writeButton());
    await waitFor(() => expect(writes()).toHaveLength(1));
    expect(writes()[0]).toMatchObject({
      stamp: "stamp-1",
      confirmed: false,
      changes: [{ kind: "assign", principalId: "dana", roleId: USER_LOGIN, scope: MACHINE, condition: null }],
    });
    await waitFor(() => expect(push).toHaveBeenCalledWith(`/access/changes/${String(writes()[0]?.changeSetId)}`));
  });

  it("names a subscription by its name and not by its id", async () => {
    open({ scopes: [MACHINE, RG, SUB] });
    expect(await screen.findByRole("checkbox", { name: "Subscription Production EU 01" })).toBeDefined();
  });

  it("says what is still missing, then at each field, and leads to the first", async () => {
    open({});
    await screen.findByRole("checkbox", { name: "Virtual Machine User Login" });
    const show = screen.getByRole<HTMLButtonElement>("button", { name: "Show what would change" });
    const said = ["Choose who.", "Choose a role.", "Choose where."];
    for (const text of said) expect(screen.getByText(text)).toBeDefined();
    fireEvent.click(show);
    const fields = ["Find by name, sign-in name or object id", "Find a role", TREE].map((name) => screen.getByLabelText(name));
    expect(document.activeElement).toBe(fields[0]);
    for (const field of fields) expect(field.getAttribute("aria-invalid")).toBe("true");
    for (const text of said) {
      const id = screen.getByText(text).id;
      expect(fields.filter((field) => field.getAttribute("aria-describedby")?.includes(id))).toHaveLength(1);
    }
    expect(bodiesOf("/api/access/preview")).toEqual([]);
  });

  it("shows what the server refused at its field on the way back, until that is another", async () => {
    open({ scopes: [RG], who: [DANA], roleIds: [USER_LOGIN] });
    const answer = apiFetch.getMockImplementation();
    const fields = [{ field: "body.changes.0.roleId", message: "Must be a GUID." }];
    const refusal: Problem = { type: "x", title: "Bad", status: 400, code: "invalid_input", detail: "No.", traceId: "t", fields };
    apiFetch.mockImplementation((path: string, init: Init) =>
      path === "/api/access/preview" ? Promise.reject(new ApiProblem(refusal)) : answer?.(path, init),
    );
    await screen.findByRole("checkbox", { name: "Virtual Machine User Login" });
    fireEvent.click(screen.getByRole("button", { name: "Show what would change" }));
    await screen.findByRole("alert");
    fireEvent.click(screen.getByRole("button", { name: "Change the request" }));
    const search = await screen.findByLabelText("Find a role");
    expect(document.activeElement).toBe(search);
    expect(search.getAttribute("aria-describedby")).toContain(screen.getByText("Must be a GUID.").id);
    fireEvent.click(screen.getByRole("checkbox", { name: "Virtual Machine Administrator Login" }));
    expect(screen.queryByText("Must be a GUID.")).toBeNull();
  });

  it("proposes the smallest role for what is wanted", async () => {
    open({ who: [DANA], wants: ["signInUser"], scopes: [MACHINE] });
    const box = await screen.findByRole("region", { name: "Least privilege" });
    const [first] = within(box).getAllByRole("checkbox");
    expect(first?.closest("li")?.textContent).toContain("Virtual Machine User Login");
    expect(first?.closest("li")?.textContent).toContain("It gives nothing beyond that.");
  });

  it("offers a condition only for a role that assigns roles, and sends it as text", async () => {
    open({ who: [DANA], roleIds: [DELEGATE], scopes: [RG] });
    fireEvent.click(await screen.findByRole("checkbox", { name: "Limit which roles the holder may assign and remove" }));
    fireEvent.click(screen.getByRole("checkbox", { name: "Groups" }));
    fireEvent.click(screen.getByRole("button", { name: "Show what would change" }));
    await writeButton();
    const sent = bodiesOf("/api/access/preview").at(-1)?.changes ?? [];
    const [request] = sent as AccessChangeRequest[];
    expect(request?.kind === "assign" && request.condition).toContain(`GuidEquals {${ADMIN_LOGIN}, ${USER_LOGIN}}`);
    expect(request?.kind === "assign" && request.condition).toContain("StringEqualsIgnoreCase {'Group'}");
  });

  it("offers a management group by its name, chosen once it is picked, and not twice", async () => {
    open({});
    const tree = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Management group or subscription" });
    await waitFor(() => expect(tree.disabled).toBe(false));
    expect([...tree.options].map(({ text }) => text)).toEqual([
      "Choose one to offer it",
      "Contoso",
      "\u2014\u2009Production (subscription)",
    ]);
    fireEvent.change(tree, { target: { value: CORP } });
    const chosen = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Management group Contoso" });
    expect(chosen.checked).toBe(true);
    expect(tree.options[1]?.disabled).toBe(true);
    expect(tree.value).toBe("");
  });

  it("refuses a text that is no scope and says what one looks like", () => {
    open({});
    fireEvent.change(screen.getByRole("textbox", { name: "Id of another scope" }), { target: { value: "my server" } });
    expect(screen.getByText(/This is not the id of a scope/)).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Offer this scope" }).disabled).toBe(true);
  });

  it("[D12] [E04] is off before any preview when a chosen scope is outside the operator's right, and names what is needed", async () => {
    mayAssignAt.current = (scope) => scope === MACHINE.toLowerCase();
    open({ who: [DANA], roleIds: [USER_LOGIN], scopes: [MACHINE, RG] });
    const show = () => screen.getByRole("button", { name: "Show what would change" });
    await waitFor(() => expect(show().getAttribute("aria-disabled")).toBeNull());
    fireEvent.click(await screen.findByRole("checkbox", { name: "Resource group rg" }));
    await waitFor(() => expect(show().getAttribute("aria-disabled")).toBe("true"));
    expect(show().getAttribute("title")).toBe(
      "This needs Microsoft.Authorization/roleAssignments/write. The smallest role that has it: Role Based Access Control Administrator.",
    );
    fireEvent.click(show());
    expect(bodiesOf("/api/access/preview")).toEqual([]);
  });

  it("brings the half-filled form back after a reload", async () => {
    open({ scopes: [MACHINE] });
    fireEvent.change(screen.getByRole("searchbox", { name: "Find by name, sign-in name or object id" }), {
      target: { value: "da" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Add dana" }));
    cleanup();
    open({ scopes: [MACHINE] });
    expect(await screen.findByRole("button", { name: "Take dana out" })).toBeDefined();
  });
});

describe("the preview", () => {
  it("says first who can no longer sign in, and on how many machines", async () => {
    open(REMOVE, { preview: { gained: [], lost: [difference()], totals: { peopleGaining: 0, peopleLosing: 1, machines: 41 } } });
    expect(await screen.findByText("1 person can no longer sign in to 41 machines")).toBeDefined();
    const lost = screen.getByRole("region", { name: "Lose (1 person)" });
    expect(within(lost).getByText("Sign in as a user")).toBeDefined();
    expect(within(lost).getByText("srv-1 and 40 more")).toBeDefined();
  });

  it("[C35] [D20] shows the exact request and the same change as CLI and PowerShell", async () => {
    open(REMOVE);
    await writeButton();
    expect(screen.getByText("PUT https://management.azure.com/change/0")).toBeDefined();
    expect(screen.getByRole("tab", { name: /CLI/ })).toBeDefined();
    expect(screen.getByRole("tab", { name: /PowerShell/ })).toBeDefined();
  });

  it("wants the warnings read before it writes, and says so to the server", async () => {
    open(REMOVE, { preview: { verdict: "confirm", warnings: [warning("directUser")] } });
    const button = await writeButton();
    expect(button.disabled).toBe(true);
    expect(screen.getByText("Confirm that you have read the warnings.")).toBeDefined();
    fireEvent.click(screen.getByRole("checkbox", { name: "I have read the warnings and want this change." }));
    fireEvent.click(button);
    await waitFor(() => expect(writes()[0]).toMatchObject({ confirmed: true }));
  });

  it.each(["wideScope", "removesOwnRight"] as const)("wants the number of machines typed for %s", async (id) => {
    open(REMOVE, { preview: { verdict: "confirm", warnings: [warning(id)] } });
    const button = await writeButton();
    fireEvent.click(screen.getByRole("checkbox", { name: "I have read the warnings and want this change." }));
    const field = screen.getByRole("textbox", { name: "Type the number of machines it touches: 41" });
    fireEvent.change(field, { target: { value: "40" } });
    expect(button.disabled).toBe(true);
    fireEvent.change(field, { target: { value: "41" } });
    expect(button.disabled).toBe(false);
  });

  it("writes nothing while a warning blocks", async () => {
    open(REMOVE, { preview: { verdict: "blocked", warnings: [warning("alreadyGone", true)] } });
    expect((await writeButton()).disabled).toBe(true);
    expect(screen.getByText("The assignment does not exist any more.")).toBeDefined();
  });

  it("names action and smallest role when the operator lacks the right", async () => {
    const refused = preview(REMOVE.changes ?? []).changes.map((change) => ({
      ...change,
      right: {
        action: "Microsoft.Authorization/roleAssignments/delete",
        allowed: false,
        smallestRole: { id: "r", name: "Owner" },
      },
    }));
    open(REMOVE, { preview: { changes: refused } });
    expect((await writeButton()).disabled).toBe(true);
    expect(
      screen.getAllByText("This needs Microsoft.Authorization/roleAssignments/delete. The smallest role that has it: Owner."),
    ).not.toEqual([]);
  });
});

describe("the write", () => {
  const refusal = (part: Partial<Problem>, more: object = {}) =>
    new ApiProblem({ type: "x", title: "Refused", status: 409, code: "conflict", detail: "d", traceId: "t", ...part, ...more });

  it("shows a stale preview again with what differs, and needs a new confirmation", async () => {
    const now = preview(REMOVE.changes ?? [], { stamp: "stamp-2", verdict: "confirm", warnings: [warning("guest")] });
    open(REMOVE, { write: () => Promise.reject(refusal({}, { preview: now })) });
    fireEvent.click(await writeButton());
    expect(await screen.findByText(/Nothing was written. This is the preview as it is now/)).toBeDefined();
    expect(screen.getByText("The warnings are different.")).toBeDefined();
    expect((await writeButton()).disabled).toBe(true);
    expect(push).not.toHaveBeenCalled();
  });

  it("keeps the same change set when no answer came, and offers to see what became of it", async () => {
    open(REMOVE, { write: () => Promise.reject(refusal({ status: 0, code: "upstream" })) });
    fireEvent.click(await writeButton());
    const link = await screen.findByRole("link", { name: "See what became of it" });
    fireEvent.click(await writeButton());
    await waitFor(() => expect(writes()).toHaveLength(2));
    expect(writes()[0]?.changeSetId).toBe(writes()[1]?.changeSetId);
    expect(link.getAttribute("href")).toBe(`/access/changes/${String(writes()[0]?.changeSetId)}`);
  });

  it("shows a refusal in full and offers no other way", async () => {
    open(REMOVE, { write: () => Promise.reject(refusal({ status: 403, code: "forbidden", detail: "You may not." })) });
    fireEvent.click(await writeButton());
    expect(await screen.findByText("You may not.")).toBeDefined();
    expect(screen.queryByRole("link", { name: "See what became of it" })).toBeNull();
  });

  it("goes on to the change when a write comes back from a new sign-in", async () => {
    replay.current = { kind: "done", value: { id: "the-set-that-was-sent" } };
    open(REMOVE);
    await waitFor(() => expect(push).toHaveBeenCalledWith("/access/changes/the-set-that-was-sent"));
    expect(writes()).toEqual([]);
  });
});
