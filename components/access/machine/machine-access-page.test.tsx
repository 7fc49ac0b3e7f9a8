// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import { decodePreset } from "@/lib/client/change-draft";
import type { MachineAccessView, OperatorRight } from "@/lib/domain/access/api";
import { CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { BlockedHolder, Holder } from "@/lib/domain/access/types";
import type { ErrorCode } from "@/lib/domain/errors";
import { pathFixture, principalFixture } from "../access-fixture";
import { renderAccess } from "../render-access";
import { MachineAccessPage } from "./machine-access-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));

const SUB = "/subscriptions/00000000-0000-4000-8000-000000000001";
const MACHINE = `${SUB}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/srv-1`;
const REF = { subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroup: "rg", name: "srv-1" };
const ASSIGNMENT = `${SUB}/providers/Microsoft.Authorization/roleAssignments/a1`;
const NOW = "2026-11-21T12:00:00.000Z";

const group = (id: string) => principalFixture(id, { kind: "group", detail: "" });
const NESTED = pathFixture({
  groups: [group("Team"), group("Platform"), group("On call")],
  scope: { id: "/providers/Microsoft.Management/managementGroups/corp", kind: "managementGroup", name: "corp" },
  assignmentId: ASSIGNMENT,
});

const right = (allowed: boolean | null, action: string): OperatorRight => ({
  action,
  allowed,
  smallestRole: { id: "r", name: "Role Based Access Control Administrator" },
});

type Parts = {
  holders?: Partial<Record<string, Holder[]>>;
  blocked?: Partial<Record<string, BlockedHolder[]>>;
  allowed?: boolean;
  view?: Partial<MachineAccessView>;
};

function view({ holders = {}, blocked = {}, allowed = true, view: part = {} }: Parts = {}): MachineAccessView {
  const answers = CAPABILITY_IDS.map((id) => [id, { capability: id, holders: holders[id] ?? [], blocked: blocked[id] ?? [] }]);
  const write = "Microsoft.Authorization/roleAssignments/write";
  const machine = { id: MACHINE, name: "srv-1", principalId: "id-1", status: "Connected", osFamily: "windows" } as const;
  return {
    machine,
    access: {
      machine,
      answers: Object.fromEntries(answers) as MachineAccessView["access"]["answers"],
      atLeast: [],
      asOf: {} as MachineAccessView["access"]["asOf"],
    },
    assignments: [
      {
        id: ASSIGNMENT,
        scope: NESTED.scope,
        principal: group("On call"),
        roleId: "r1",
        roleName: NESTED.roleName,
        roleType: "BuiltInRole",
        condition: null,
        description: null,
        createdAt: NOW,
        createdBy: null,
        activatedByPim: false,
        capabilities: ["signInAdmin", "signInUser"],
      },
    ],
    denyAssignments: [],
    cannotSignIn: [],
    rights: {
      scope: MACHINE,
      assignRoles: right(allowed, write),
      removeRoles: right(allowed, "Microsoft.Authorization/roleAssignments/delete"),
      defineRoles: right(allowed, "Microsoft.Authorization/roleDefinitions/write"),
      readAssignments: right(true, "Microsoft.Authorization/roleAssignments/read"),
      asOf: NOW,
    },
    completeness: { expected: null, received: 1, complete: true, missing: [], asOf: NOW },
    ...part,
  };
}

const DANA = { principal: principalFixture("dana"), paths: [NESTED] };

function open(answer: MachineAccessView | Error, search = "") {
  apiFetch.mockImplementation(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
  return renderAccess(<MachineAccessPage machineRef={REF} />, search);
}

function problem(code: ErrorCode, status: number): ApiProblem {
  return new ApiProblem({ type: "x", title: "Refused", status, code, detail: "Azure said no.", traceId: "t" });
}

function presetOfPush(): ReturnType<typeof decodePreset> {
  const address = String(push.mock.calls.at(-1)?.[0]);
  return decodePreset(new URL(address, "http://portal").searchParams.get("preset") ?? "");
}

beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
  sessionStorage.clear();
});
afterEach(cleanup);

describe("people on one machine", () => {
  it("[B26] draws a path through three groups and a management group as an ordered list", async () => {
    open(view({ holders: { signInAdmin: [DANA] } }));
    const path = await screen.findByRole("list", { name: /^Path: Person dana, member of group Team/ });
    expect(
      within(path)
        .getAllByRole("listitem")
        .map((item) => item.textContent),
    ).toEqual([
      "Persondana",
      "member of groupTeam",
      "member of groupPlatform",
      "member of groupOn call",
      "at management groupcorp",
      "has roleVirtual Machine Administrator Login",
      "on machinesrv-1",
    ]);
    expect(screen.getByText("Through 3 groups")).toBeDefined();
    expect(screen.getByText("Inherited")).toBeDefined();
  });

  it("counts those who hold it now apart from those who are only eligible", async () => {
    const eligible = pathFixture({
      kind: { kind: "eligible", until: null, approvalRequired: true, mfaRequired: null, authenticationContext: null },
    });
    open(view({ holders: { signInAdmin: [DANA, { principal: principalFixture("kim"), paths: [eligible] }] } }));
    const nav = await screen.findByRole("navigation", { name: "What can be done" });
    expect(within(nav).getByRole("button", { name: /Sign in as administrator\s*1 eligible\s*1 now/ })).toBeDefined();
    expect(screen.getByText("Eligible, with approval", { selector: "summary *" })).toBeDefined();
  });

  it("[B25] [B28] says of a Contributor why this makes an administrator", async () => {
    const path = pathFixture({
      roleName: "Contributor",
      action: "Microsoft.HybridCompute/machines/extensions/write",
      pattern: "*",
    });
    open(
      view({ holders: { indirectAdmin: [{ principal: principalFixture("carl"), paths: [path] }] } }),
      "?capability=indirectAdmin",
    );
    expect(await screen.findByText(/their holders administer the server without a login role/)).toBeDefined();
    expect(screen.getByText(/extensions\/write is in the role as \*/)).toBeDefined();
  });

  it("[C02] shows who is blocked and by which deny assignment", async () => {
    const blocked: BlockedHolder = {
      ...DANA,
      blocked: [{ reason: "denied", denyAssignmentId: "d", denyName: "Freeze", scope: NESTED.scope }],
    };
    open(view({ blocked: { signInAdmin: [blocked] } }));
    expect(await screen.findByText("Deny assignment “Freeze” at Management group corp forbids it.")).toBeDefined();
  });

  it("finds a person over all capabilities and says when nobody matches", async () => {
    open(
      view({ holders: { signInAdmin: [DANA], read: [{ principal: principalFixture("rick"), paths: [pathFixture()] }] } }),
      "?view=person",
    );
    await screen.findByText("rick@contoso.example");
    const search = screen.getByRole("searchbox", { name: "Find a person, group or role" });
    fireEvent.change(search, { target: { value: "on call" } });
    expect(await screen.findByText("dana@contoso.example")).toBeDefined();
    expect(screen.queryByText("rick@contoso.example")).toBeNull();
    fireEvent.change(search, { target: { value: "zebra" } });
    expect(await screen.findByText(/Nothing on this machine matches “zebra”/)).toBeDefined();
  });
});

describe("why somebody cannot sign in", () => {
  const person = (id: string, reasons: MachineAccessView["cannotSignIn"][number]["reasons"]) => ({
    principal: principalFixture(id),
    reasons,
    roles: ["Owner"],
  });

  it("[C19] [C22] names guests, and that Owner is no login role", async () => {
    open(view({ view: { cannotSignIn: [person("gus", ["guest"]), person("olga", ["ownerOrContributorOnly"])] } }));
    expect(await screen.findByText("Guest: servers accept only members of their own tenant.")).toBeDefined();
    expect(screen.getByText(/they do not sign in to it. A login role is missing/)).toBeDefined();
  });

  it("answers for the one person that is searched", async () => {
    open(view({ view: { cannotSignIn: [person("gus", ["guest"]), person("olga", ["noLoginRole"])] } }), "?search=olga");
    expect(await screen.findByText("No login role.")).toBeDefined();
    expect(screen.queryByText("Guest: servers accept only members of their own tenant.")).toBeNull();
    fireEvent.change(screen.getByRole("searchbox", { name: "Find a person, group or role" }), { target: { value: "zebra" } });
    expect(await screen.findByText("Nobody of these matches “zebra”.")).toBeDefined();
  });

  it("[C20] offers the repair only where a role is all that is missing, and hands the person on", async () => {
    open(view({ view: { cannotSignIn: [person("gus", ["guest", "noLoginRole"]), person("olga", ["noLoginRole"])] } }));
    await screen.findByText("No login role.", { selector: "li:only-child" });
    expect(screen.queryByRole("button", { name: "Give a login role to gus" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Give a login role to olga" }));
    const preset = presetOfPush();
    expect(preset.who?.map((item) => item.id)).toEqual(["olga"]);
    expect(preset.wants).toEqual(["signInUser"]);
    expect(preset.scopes?.[0]).toBe(MACHINE);
  });
});

describe("changing from here", () => {
  it("hands the removal of the one assignment to the change flow, with the way back", async () => {
    open(view({ holders: { signInAdmin: [DANA] } }));
    const [first] = await screen.findAllByRole("button", {
      name: /^Remove Virtual Machine Administrator Login at Management group corp/,
    });
    if (first === undefined) throw new Error("no button");
    fireEvent.click(first);
    expect(presetOfPush()).toEqual({
      changes: [{ kind: "remove", assignmentId: ASSIGNMENT }],
      back: "/machines/00000000-0000-4000-8000-000000000001/rg/srv-1/access",
    });
  });

  it("[A22] [D12] [E04] keeps every control off without the right and names action and smallest role", async () => {
    open(view({ holders: { signInAdmin: [DANA] }, allowed: false }));
    const give = await screen.findByRole("button", { name: "Give access" });
    expect(give.getAttribute("aria-disabled")).toBe("true");
    expect(give.getAttribute("title")).toBe(
      "This needs Microsoft.Authorization/roleAssignments/write. The smallest role that has it: Role Based Access Control Administrator.",
    );
    for (const button of [give, ...screen.getAllByRole("button", { name: /^Remove .* from / })]) {
      expect(button.getAttribute("aria-disabled")).toBe("true");
      fireEvent.click(button);
    }
    expect(push).not.toHaveBeenCalled();
  });

  it("sends what an activation gave to Privileged Identity Management", async () => {
    const active = pathFixture({ kind: { kind: "active", until: NOW, activated: true, linkedEligibilityId: null } });
    open(
      view({ holders: { signInAdmin: [{ principal: principalFixture("pia"), paths: [active] }] }, view: { assignments: [] } }),
    );
    expect(await screen.findByText(/From Privileged Identity Management/)).toBeDefined();
    expect(screen.queryByRole("button", { name: /^Remove .* from / })).toBeNull();
  });
});

describe("states of the page", () => {
  it("says what it is reading", () => {
    apiFetch.mockImplementation(() => new Promise(() => undefined));
    renderAccess(<MachineAccessPage machineRef={REF} />);
    expect(screen.getByRole("status").textContent).toBe("Reading roles, groups and people of srv-1 from Azure");
  });

  it.each([
    ["forbidden", 403, "You may not read who has access to srv-1."],
    ["throttled", 429, "Azure asks the portal to wait before it reads access to srv-1."],
    ["not_found", 404, "Azure has no machine srv-1 here. It may have been deleted, moved or renamed."],
    ["upstream", 502, "Access to srv-1 could not be read."],
  ] as const)("says for %s what happened, with Azure's words", async (code, status, title) => {
    open(problem(code, status));
    expect(await screen.findByText(title)).toBeDefined();
    expect(screen.getByText("Azure said no.")).toBeDefined();
    expect(screen.getByRole("button", { name: "Try again" })).toBeDefined();
  });

  it("says at least, and which group could not be read, when something is missing", async () => {
    const answer = view();
    const atLeast = [{ source: "groups", at: "g", label: "Board office", reason: "membership is hidden" }] as const;
    open({ ...answer, access: { ...answer.access, atLeast } });
    expect(await screen.findByText("At least these")).toBeDefined();
    expect(screen.getByText("Group: Board office. membership is hidden")).toBeDefined();
    expect(screen.getByText("Nobody found, but the list is not complete.")).toBeDefined();
  });

  it("says nobody only when the list is complete", async () => {
    open(view());
    expect(await screen.findByText("Nobody.")).toBeDefined();
    expect(screen.getByText("Everyone with a role that reaches this machine can sign in.")).toBeDefined();
  });
});
