// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodePreset } from "@/lib/client/change-draft";
import { assign, G1, PROD, S2, tenant } from "@/lib/domain/access/access-fixture";
import { giveElementsSize, showAccess, streamResponse, TENANT } from "./render-access";

const apiResponse = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiResponse }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
const allowed = vi.hoisted(() => ({ now: true as boolean | null }));
vi.mock("@/lib/client/access/use-holds-anywhere", () => ({ useHoldsAnywhere: () => () => allowed.now }));
vi.mock("../use-rights", async () => {
  const { rightOf } = await vi.importActual<typeof import("@/lib/domain/access/rights")>("@/lib/domain/access/rights");
  type Name = Parameters<typeof rightOf>[0];
  return {
    useRights: () => (name: Name) => rightOf(name, allowed.now),
    useRightAnywhere: (name: Name) => rightOf(name, allowed.now),
  };
});

// Every test loads the page and the engine anew, and a busy machine takes its time for that.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  allowed.now = true;
  giveElementsSize();
  push.mockReset();
  apiResponse.mockImplementation(async () => streamResponse(TENANT));
});
afterEach(cleanup);

const showPage = (search: string) =>
  showAccess(async () => {
    const { AccessPage } = await import("./access-page");
    return <AccessPage />;
  }, search);
const showPerson = (id: string) =>
  showAccess(async () => {
    const { PersonPage } = await import("./person-page");
    return <PersonPage id={id} />;
  });
const showEditor = (search: string) =>
  showAccess(async () => {
    const { RoleEditorPage } = await import("./role-editor-page");
    return <RoleEditorPage />;
  }, search);

/** The changes that the page handed to the change flow. */
function handedOver() {
  const href = String(push.mock.calls[0]?.[0]);
  return decodePreset(new URL(href, "https://portal.test").searchParams.get("preset") ?? "");
}

describe("one person", () => {
  it("[A02] shows the machines with what may be done, and every assignment with its chain of groups", async () => {
    await showPerson("ada");
    await screen.findByRole("heading", { name: "Ada Admin" });
    const grants = within(screen.getByRole("table", { name: "Where it comes from" }));
    expect(grants.getByText("On call › Operations")).toBeTruthy();
    expect(grants.getByText("admin-login")).toBeTruthy();
    await screen.findByRole("link", { name: "srv-3" });
    expect(screen.getByRole("row", { name: /srv-1/ }).textContent).toContain("Sign in as admin");
    expect(screen.getByText(/of 4 · 75%/)).toBeTruthy();
  });

  it("removes everything that was given to somebody who leaves in one change, and leaves groups alone", async () => {
    const left = [assign("ben", "contributor", G1), assign("ben", "admin-login", S2), assign("outer", "admin-login", PROD)];
    apiResponse.mockImplementation(async () => streamResponse({ ...TENANT, assignments: left }));
    await showPerson("ben");
    fireEvent.click(await screen.findByRole("button", { name: "Remove all 2 own assignments" }));
    const preset = handedOver();
    expect(new Set(preset.changes?.map((change) => change.kind === "remove" && change.assignmentId))).toEqual(
      new Set(left.slice(0, 2).map(({ id }) => id)),
    );
    cleanup();
    await showPerson("ada");
    await screen.findByRole("heading", { name: "Ada Admin" });
    expect(screen.queryByRole("button", { name: /^Remove all/ })).toBeNull();
  });

  it("says of a guest that no role helps, and of a disabled account that nothing works", async () => {
    await showPerson("gus");
    expect(await screen.findByText(/A guest cannot sign in to a server/)).toBeTruthy();
    cleanup();
    await showPerson("off");
    expect(await screen.findByText(/The account is disabled/)).toBeTruthy();
    expect(await screen.findByText("No machine is reached.")).toBeTruthy();
  });

  it("shows the members of a group", async () => {
    await showPerson("outer");
    await screen.findByRole("heading", { name: "Operations" });
    expect(screen.getByRole("heading", { name: "Members (1)" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Ada Admin" })).toBeTruthy();
  });

  it("says what it can mean when nothing names the id", async () => {
    await showPerson("nobody");
    expect(await screen.findByText("Nobody with this object id is named anywhere")).toBeTruthy();
  });
});

describe("[A06] the tree of scopes", () => {
  const names = () =>
    [...document.querySelectorAll("[role=treegrid] tbody tr")].map((row) => row.querySelector("td")?.textContent);

  it("opens, closes and moves by keyboard with one tab stop", async () => {
    await showPage("?view=scopes");
    const tree = await screen.findByRole("treegrid", { name: "Scopes" });
    expect(tree.querySelectorAll("tr[tabindex='0']")).toHaveLength(1);
    expect(names()).toEqual([
      "Whole tenantTenant root",
      "CorpManagement group",
      "ProductionManagement group",
      "Subscription 2Subscription",
      "g1Resource group",
    ]);
    (tree.querySelector("tr[tabindex='0']") as HTMLElement).focus();
    const press = (key: string) => fireEvent.keyDown(document.activeElement ?? tree, { key });
    press("ArrowDown");
    press("ArrowDown");
    expect(document.activeElement?.textContent).toContain("Production");
    expect(document.activeElement?.getAttribute("aria-expanded")).toBe("false");
    press("ArrowRight");
    await waitFor(() => expect(names()).toContain("Subscription 1Subscription"));
    expect(document.activeElement?.getAttribute("aria-expanded")).toBe("true");
    press("ArrowLeft");
    await waitFor(() => expect(names()).not.toContain("Subscription 1Subscription"));
  });

  it("shows machines below an open group", async () => {
    await showPage(
      `?view=scopes&scope=${encodeURIComponent("/subscriptions/00000000-0000-4000-8000-000000000001/resourcegroups/g1")}`,
    );
    fireEvent.click((await screen.findAllByRole("button", { name: "Open" })).at(0) as HTMLElement);
    await waitFor(() => expect(names()).toContain("srv-1Machine"));
  });

  it("names what was assigned at the chosen scope, and leads to its machines", async () => {
    await showPage(`?view=scopes&scope=${encodeURIComponent(PROD.toLowerCase())}`);
    const panel = await screen.findByRole("region", { name: "Assigned at Production" });
    expect(await within(panel).findByRole("link", { name: "Operations" })).toBeTruthy();
    expect(within(panel).getByText("admin-login")).toBeTruthy();
    expect(within(panel).getByRole("link", { name: "Show its machines" }).getAttribute("href")).toContain("scope=");
  });
});

describe("roles", () => {
  it("[A20] [B24] show for every definition what it allows, computed from its actions", async () => {
    await showPage("?view=roles");
    const row = await screen.findByRole("row", { name: /^contributor/ });
    const heads = screen.getAllByRole("columnheader").map((head) => head.textContent);
    const marks = within(row)
      .getAllByRole("gridcell")
      .map((cell) => cell.textContent ?? "");
    const says = (title: string) => marks[heads.indexOf(title) - 1];
    expect(says("Run command")).toContain("Yes");
    expect(says("Assign roles")).toContain("No");
    expect(screen.getByRole("row", { name: /Script runner/ }).textContent).toContain("Custom");
  });

  it("[B23] marks the onboarding role and shows the action that its documentation does not have", async () => {
    await showPage("?view=roles&drift=true");
    fireEvent.click(await screen.findByText("Azure Connected Machine Onboarding"));
    const sheet = await screen.findByRole("dialog");
    expect(within(sheet).getByText("Beyond its documentation (1)")).toBeTruthy();
    expect(within(sheet).getAllByText("Microsoft.HybridCompute/machines/addExtensions/action").length).toBe(2);
    expect(screen.getAllByRole("rowheader", { hidden: true })).toHaveLength(1);
  });

  it("[B31] puts two roles side by side", async () => {
    await showPage("?view=roles&a=contributor&b=owner");
    const part = await screen.findByRole("region", { name: "Capabilities" });
    expect(part.textContent).toMatch(/Only contributor \(0\)/);
    expect(part.textContent).toMatch(/Only owner \([1-9]\d*\).*Assign roles/);
  });

  it("finds roles by what they give", async () => {
    await showPage("?view=roles&can=assignRoles");
    await screen.findByText("owner");
    expect(screen.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["access-admin", "owner"]);
  });
});

describe("[A21] the editor of custom roles", () => {
  it("computes while choosing what a holder could do, and hands the definition to the preview", async () => {
    await showEditor("?template=runCommandOnly");
    const result = within(await screen.findByRole("region", { name: "What a holder could do" }));
    expect(result.getByText("Run command")).toBeTruthy();
    expect(result.getByText(/runs code as SYSTEM or root/)).toBeTruthy();
    fireEvent.click(screen.getByRole("checkbox", { name: /installPatches/ }));
    expect(await result.findByText("Install patches")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Preview the change" }));
    expect(result.getByRole("alert").textContent).toBe("1 thing is missing");
    expect(push).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("checkbox", { name: /Subscription 1/ }));
    fireEvent.click(screen.getByRole("button", { name: "Preview the change" }));
    expect(handedOver().changes).toMatchObject([
      {
        kind: "defineRole",
        roleName: "Run command only",
        assignableScopes: ["/subscriptions/00000000-0000-4000-8000-000000000001"],
        permissions: { dataActions: [] },
      },
    ]);
  });

  it("keeps the focus in a field while it is typed into", async () => {
    await showEditor("");
    const name = await screen.findByRole("textbox", { name: "Name" });
    name.focus();
    fireEvent.change(name, { target: { value: "N" } });
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Name" }));
  });

  it("refuses what is no action and a name that is taken", async () => {
    await showEditor("");
    fireEvent.change(await screen.findByRole("textbox", { name: "Other actions" }), { target: { value: "machines" } });
    expect(await screen.findByText("This is no action: machines")).toBeTruthy();
    fireEvent.change(screen.getByRole("textbox", { name: "Name" }), { target: { value: "OWNER" } });
    expect(await screen.findByText(/Another role has this name/)).toBeTruthy();
  });

  it("starts a change of a custom role from its definition and its id, and refuses built-in roles", async () => {
    await showEditor("?edit=custom-runner");
    expect(((await screen.findByRole("textbox", { name: "Description" })) as HTMLInputElement).value).toBe("Runs scripts");
    fireEvent.click(screen.getByRole("button", { name: "Preview the change" }));
    expect(handedOver().changes).toMatchObject([
      { roleId: "custom-runner", description: "Runs scripts", assignableScopes: [PROD] },
    ]);
    cleanup();
    await showEditor("?edit=owner");
    expect(await screen.findByText(/Built-in roles cannot be changed/)).toBeTruthy();
    cleanup();
    await showEditor("?edit=gone");
    expect(await screen.findByText("This role could not be found")).toBeTruthy();
  });
});

describe("findings", () => {
  it("name the rule, the evidence and the machines, and hand the repair to the preview", async () => {
    await showPage("?view=findings&rule=R24");
    const table = within(await screen.findByRole("table", { name: "Guest holds a sign-in role" }));
    expect(table.getByRole("link", { name: "Gus Guest" })).toBeTruthy();
    fireEvent.click(table.getByRole("button", { name: "Repair: Gus Guest" }));
    const preset = handedOver();
    expect(preset.changes).toMatchObject([{ kind: "remove" }]);
    expect(preset.back).toBe("/access?view=findings");
  });

  it("open and close by their heading, gravest first", async () => {
    await showPage("?view=findings");
    const rules = (await screen.findAllByRole("button", { expanded: false })).filter((one) => one.closest("h2") !== null);
    expect(rules[0]?.textContent).toMatch(/^(Critical|High)/);
    fireEvent.click(rules[0] as HTMLElement);
    expect(await screen.findByText("Why it matters:", { exact: false })).toBeTruthy();
  });

  it("say when nothing was found", async () => {
    apiResponse.mockImplementation(async () => streamResponse(tenant()));
    await showPage("?view=findings");
    expect(await screen.findByText("Nothing was found")).toBeTruthy();
  });
});

describe("[A22] [D12] [E04] an operator who may not give or take access", () => {
  const NEEDS_ASSIGN = /roleAssignments\/(write|delete).*smallest role that has it: Role Based Access Control Administrator/;
  const expectOff = (name: string | RegExp, reason: RegExp) => {
    for (const control of screen.getAllByRole("button", { name })) {
      expect(control.getAttribute("aria-disabled")).toBe("true");
      expect(control.getAttribute("title")).toMatch(reason);
    }
    expect(screen.queryByRole("link", { name })).toBeNull();
  };

  it("finds the controls of a person off, with action and smallest role, and the page says so once", async () => {
    allowed.now = false;
    await showPerson("ben");
    await screen.findByRole("heading", { name: "Ben Berg" });
    expect(screen.getByText(/^Read only: nothing you hold/)).toBeTruthy();
    expectOff("Assign a role", NEEDS_ASSIGN);
    expectOff(/^Remove contributor/, NEEDS_ASSIGN);
  });

  it("finds repairs of findings off", async () => {
    allowed.now = false;
    await showPage("?view=findings&rule=R24");
    await screen.findByRole("table", { name: "Guest holds a sign-in role" });
    expectOff(/^Repair: /, NEEDS_ASSIGN);
    fireEvent.click(screen.getAllByRole("button", { name: /^Repair: / })[0] as HTMLElement);
    expect(push).not.toHaveBeenCalled();
  });

  it("finds making, changing and assigning roles off", async () => {
    allowed.now = false;
    await showPage("?view=roles&role=custom-runner");
    await screen.findByRole("dialog", { name: "Script runner" });
    const needsDefine = /roleDefinitions\/write.*User Access Administrator/;
    expectOff("Assign this role", NEEDS_ASSIGN);
    expectOff("New role from this", needsDefine);
    expectOff("Change this role", needsDefine);
  });

  it("leaves everything on while Azure cannot say", async () => {
    allowed.now = null;
    await showPerson("ben");
    expect(await screen.findByRole("link", { name: "Assign a role" })).toBeTruthy();
    expect(screen.queryByText(/^Read only/)).toBeNull();
  });
});
