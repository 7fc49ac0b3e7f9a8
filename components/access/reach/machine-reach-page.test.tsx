// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodePreset } from "@/lib/client/change-draft";
import type { AccessRights, FoundResource, MachineReachView, ResourceSearch } from "@/lib/domain/access/api";
import { rightOf } from "@/lib/domain/access/rights";
import { renderAccess } from "../render-access";
import { MachineReachPage } from "./machine-reach-page";
import { grantFixture, reachFixture, VAULT_ID } from "./reach-fixture";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: null, info: { subscriptions: [{ id: "sub-1", name: "Production EU 01", state: "Enabled" }] } }),
}));

const REF = { subscriptionId: "s", resourceGroup: "rg", name: "srv-1" };
const BLOBS = grantFixture({
  assignmentId: "b1",
  scope: { id: "/b", kind: "other", name: "stprod" },
  resourceType: "microsoft.storage/storageaccounts",
  roleName: "Storage Blob Data Reader",
  classes: ["blobs"],
  severity: "medium",
});

function open(part: Partial<MachineReachView> = {}, search = "", cloudId: "public" | "china" = "public") {
  apiFetch.mockImplementation((path: string, init?: { body?: { scopes: string[] } }) => {
    if (path === "/api/access/rights") return Promise.resolve({ rights: (init?.body?.scopes ?? []).map(rightsAt) });
    if (path.startsWith("/api/resources?")) return Promise.resolve(found);
    return Promise.resolve(reachFixture(part));
  });
  return renderAccess(<MachineReachPage machineRef={REF} />, search, { cloudId });
}

const mayChange = { now: true };
function rightsAt(scope: string): AccessRights {
  const right = (name: Parameters<typeof rightOf>[0]) => rightOf(name, mayChange.now);
  const [assignRoles, removeRoles] = [right("assignRoles"), right("removeRoles")];
  return {
    scope,
    assignRoles,
    removeRoles,
    defineRoles: right("defineRoles"),
    readAssignments: right("readAssignments"),
    asOf: "",
  };
}

const VAULT: FoundResource = {
  id: VAULT_ID,
  name: "kv-1",
  type: "microsoft.keyvault/vaults",
  resourceGroup: "rg-identities",
  subscriptionId: "SUB-1",
  usesRoles: true,
};
let found: ResourceSearch;
const searches = () => apiFetch.mock.calls.map(([path]) => String(path)).filter((path) => path.startsWith("/api/resources?"));

const targetField = () => screen.findByRole("searchbox", { name: "Target, by a part of its name or by its resource id" });

function presetOfPush() {
  const address = String(push.mock.calls.at(-1)?.[0]);
  return decodePreset(new URL(address, "http://portal").searchParams.get("preset") ?? "");
}

beforeEach(() => {
  found = { resources: [VAULT], total: 1, asOf: "2026-11-21T12:00:00Z" };
  mayChange.now = true;
  apiFetch.mockReset();
  push.mockReset();
});
afterEach(cleanup);

describe("what the identity may do", () => {
  it("[A04] lists vault and blob roles with what they allow", async () => {
    open({ grants: [grantFixture(), BLOBS] });
    const table = await screen.findByRole("table", { name: "What the identity may do" });
    const rows = within(table).getAllByRole("row").slice(1);
    expect(
      rows.map((row) =>
        within(row)
          .getAllByRole("cell")
          .slice(0, 4)
          .map((cell) => cell.textContent),
      ),
    ).toEqual([
      ["High", "kv-1microsoft.keyvault/vaults", "read secrets", expect.stringContaining("Key Vault Secrets User")],
      ["Medium", "stprodmicrosoft.storage/storageaccounts", "reach blobs", expect.stringContaining("Storage Blob Data Reader")],
    ]);
  });

  it("[A17] hands the removal of a role of the identity to the change flow", async () => {
    open();
    fireEvent.click(await screen.findByRole("button", { name: "Remove Key Vault Secrets User at kv-1 from Identity" }));
    expect(presetOfPush().changes).toEqual([{ kind: "remove", assignmentId: grantFixture().assignmentId }]);
  });

  it("says so when there is no identity, and offers no recipe", async () => {
    open({ identity: null, grants: [] });
    expect(await screen.findByText(/has no system-assigned identity/)).toBeDefined();
    expect(screen.queryByText("Grant the identity something")).toBeNull();
  });

  it("counts machines beyond those that are named", async () => {
    open({ controls: [{ machineId: "/x", capabilities: ["runCommand"] }], controlsTotal: 41 });
    expect(await screen.findByText("And 40 more machines.")).toBeDefined();
  });
});

describe("the blast radius", () => {
  it("[A16] says how many can become the machine, and whom Azure does not know", async () => {
    open();
    expect(await screen.findByText(/^2 principals can become this machine now/)).toBeDefined();
    expect(screen.getByText(/local administrators of the server and accounts in its local group/)).toBeDefined();
  });

  it("dims what is not connected to a chosen box and shows everything again", async () => {
    open();
    const dana = await screen.findByRole("button", { name: /^People and principals: dana/ });
    fireEvent.click(dana);
    expect(dana.getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByRole("button", { name: /^People and principals: kim/ }).className).toContain("opacity-40");
    expect(screen.getByRole("button", { name: /^Target: kv-1, High/ }).className).not.toContain("opacity-40");
    fireEvent.click(screen.getByRole("button", { name: "Show everything" }));
    expect(screen.getByRole("button", { name: /^People and principals: kim/ }).className).not.toContain("opacity-40");
  });

  it("has the same facts in a table", async () => {
    open({}, "?as=table");
    const table = await screen.findByRole("table", { name: "Blast radius" });
    const [, dana, kim] = within(table).getAllByRole("row");
    expect(dana?.textContent).toContain("Deploy extensions");
    expect(dana?.textContent).toContain("kv-1: read secrets (Key Vault Secrets User)");
    expect(kim?.textContent).toContain("Sign in as administrator");
  });
});

describe("recipes", () => {
  it("[D04] [D13] [D14] grants the role at one vault to the machine's identity", async () => {
    open();
    const go = screen.findByRole<HTMLButtonElement>("button", { name: "Go on to the preview" });
    expect((await go).disabled).toBe(true);
    fireEvent.change(await targetField(), { target: { value: VAULT_ID } });
    expect((await go).disabled).toBe(false);
    fireEvent.click(await go);
    expect(presetOfPush()).toMatchObject({
      who: [{ id: "id-1", kind: "managedIdentity", displayName: "srv-1" }],
      roleIds: ["4633458b-17de-408a-b874-0445c86b69e6"],
      scopes: [VAULT_ID],
    });
  });

  it("[D13] finds the target by a part of its name, asks once for the word, and says that nothing is missing", async () => {
    open();
    const field = await targetField();
    for (const value of ["k", "kv", "kv-"]) fireEvent.change(field, { target: { value } });
    const list = await screen.findByRole("list", { name: "Resources found" });
    expect(list.textContent).toContain("rg-identities · Production EU 01 · microsoft.keyvault/vaults");
    expect(screen.getByText(/^1 found, all that you may read, as of /)).toBeDefined();
    expect(searches()).toEqual(["/api/resources?search=kv-&type=microsoft.keyvault%2Fvaults"]);
    fireEvent.click(within(list).getByRole("button", { name: "Choose kv-1" }));
    fireEvent.click(screen.getByRole("button", { name: "Go on to the preview" }));
    expect(presetOfPush().scopes).toEqual([VAULT_ID]);
  });

  it("[D13] says how many there are when not all are listed, when there are none, and that a vault does not take roles", async () => {
    found = { ...found, resources: [{ ...VAULT, usesRoles: false }], total: 57 };
    open();
    fireEvent.change(await targetField(), { target: { value: "kv" } });
    expect(await screen.findByText(/^1 of 57 that you may read, as of /)).toBeDefined();
    expect(screen.getByText("Uses access policies: roles do nothing here")).toBeDefined();
    found = { ...found, resources: [], total: 0 };
    fireEvent.change(await targetField(), { target: { value: "nothing" } });
    expect(await screen.findByText(/^No resource that you may read has “nothing” in its name/)).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Go on to the preview" }).disabled).toBe(true);
  });

  it("[D12] is off without the right at the target, with action and smallest role", async () => {
    mayChange.now = false;
    open();
    fireEvent.change(await targetField(), { target: { value: VAULT_ID } });
    const needs =
      "This needs Microsoft.Authorization/roleAssignments/write. The smallest role that has it: Role Based Access Control Administrator.";
    expect(await screen.findByText(needs)).toBeDefined();
    const go = screen.getByRole("button", { name: "Go on to the preview" });
    expect([go.getAttribute("aria-disabled"), go.getAttribute("title")]).toEqual(["true", needs]);
    fireEvent.click(go);
    expect(push).not.toHaveBeenCalled();
    expect(screen.getByRole("button", { name: /^Remove Key Vault Secrets User/ }).getAttribute("aria-disabled")).toBe("true");
  });

  it("refuses a target of another kind and says which is needed", async () => {
    open();
    fireEvent.change(await targetField(), { target: { value: VAULT_ID.replace("KeyVault/vaults", "Sql/servers") } });
    expect(screen.getByText("This is not the id of a key vault (Microsoft.KeyVault/vaults).")).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Go on to the preview" }).disabled).toBe(true);
  });

  it("[D19] gives the check with what to expect, for Windows and Linux", async () => {
    open();
    const check = await screen.findByRole("group", { name: "Check on the server, once the role is effective" });
    expect(check.textContent).toContain("$env:IDENTITY_ENDPOINT");
    fireEvent.click(screen.getByRole("radio", { name: "Linux" }));
    expect(screen.getByRole("group", { name: /^Check on the server/ }).textContent).toContain("curl -s");
    expect(screen.getByText(/403 means the role is not effective yet/)).toBeDefined();
    expect(screen.getByText(/With false the vault uses access policies/)).toBeDefined();
  });

  it("[D17] asks for the audience of the cloud", async () => {
    open({}, "", "china");
    const check = await screen.findByRole("group", { name: /^Check on the server/ });
    expect(check.textContent).toContain("https://vault.azure.cn");
  });

  it("[D05] gives the settings of the Key Vault extension for TLS certificates", async () => {
    open();
    fireEvent.click(await screen.findByRole("radio", { name: "TLS certificates" }));
    const settings = screen.getByRole("group", { name: "Settings of the Key Vault extension" });
    expect(settings.textContent).toContain('"msiEndpoint": "http://localhost:40342/metadata/identity"');
    expect(screen.getByText("Key Vault Certificate User")).toBeDefined();
  });

  it("[E06] explains the vault as the way to what knows nothing of Entra", async () => {
    open();
    expect(await screen.findByText(/helps with what knows nothing of Entra/)).toBeDefined();
  });
});
