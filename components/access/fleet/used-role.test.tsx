// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PersonGrant } from "@/lib/client/access/people-types";
import { decodePreset } from "@/lib/client/change-draft";
import { principal } from "@/lib/domain/access/access-fixture";
import { rightOf } from "@/lib/domain/access/rights";
import type { UsedRolesView } from "@/lib/domain/access/used-actions";
import { UsedRoleButton } from "./used-role";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", async (original) => ({ ...(await original<object>()), apiFetch }));

const SCOPE = "/subscriptions/00000000-0000-4000-8000-000000000001";
const HELD = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const SMALL = "cd570a14-e51a-42ad-bac8-bafd67325302";
const WRITE = "Microsoft.HybridCompute/machines/extensions/write";

const GRANT: PersonGrant = {
  id: `${SCOPE}/providers/Microsoft.Authorization/roleAssignments/a1`,
  roleId: `/providers/Microsoft.Authorization/roleDefinitions/${HELD}`,
  roleName: "Owner",
  scope: { id: SCOPE, kind: "subscription", name: "Subscription 1" },
  kind: { kind: "standing" },
  condition: null,
  groups: [],
  machines: 3,
  capabilities: ["assignRoles", "read"],
};
const VIEW: UsedRolesView = {
  verdict: "smaller",
  role: { id: `/x/${SMALL}`, name: "Machine Administrator", type: "BuiltInRole" },
  loses: ["assignRoles"],
  gains: ["signInUser"],
  losesActions: ["*"],
  losesDataActions: [],
  used: [{ action: WRITE, count: 1204, lastAt: "2026-11-20T10:00:00.000Z" }],
  held: { id: HELD, name: "Owner" },
  from: "2026-08-23T10:00:00.000Z",
  to: "2026-11-21T10:00:00.000Z",
  logs: [{ subscriptionId: "s1", name: "Subscription 1", readBackTo: null, problem: null }],
  leftOut: [],
  aboveSubscriptions: false,
  isWhole: true,
};
const NOTHING: UsedRolesView = { ...VIEW, verdict: "unused", role: null, used: [], loses: [], gains: [], losesActions: [] };

type Given = { grant?: Partial<PersonGrant>; kind?: Parameters<typeof principal>[1]; allowed?: boolean };
function show({ grant = {}, kind = "user", allowed = true }: Given = {}) {
  const rightAt = (name: "assignRoles" | "removeRoles" | "defineRoles") => rightOf(name, name === "removeRoles" || allowed);
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <UsedRoleButton
        principal={principal("ben", kind, { displayName: "Ben Berg" })}
        grant={{ ...GRANT, ...grant }}
        rightAt={rightAt}
      />
    </QueryClientProvider>,
  );
}
const button = () => screen.queryByRole("button", { name: "What of Owner was used?" });
async function open(given: Given = {}) {
  show(given);
  fireEvent.click(button() as HTMLElement);
  return within(await screen.findByRole("dialog", { name: "What Ben Berg used of Owner" }));
}

beforeEach(() => {
  apiFetch.mockReset();
  apiFetch.mockResolvedValue(VIEW);
});
afterEach(cleanup);

describe("[A25] what was used of a role", () => {
  it("asks only when it is opened, and shows operations, the smaller role, what goes and since when it was read", async () => {
    show();
    expect(apiFetch).not.toHaveBeenCalled();
    cleanup();
    const sheet = await open();
    expect(await sheet.findByText("Machine Administrator is the smallest role that covers all of this.")).toBeTruthy();
    expect(sheet.getByRole("row", { name: /extensions\/write 1,204/ })).toBeTruthy();
    expect(sheet.getByRole("region", { name: "What it no longer gives on machines" }).textContent).toContain("Assign roles");
    expect(sheet.getByRole("region", { name: "Actions of Owner that it does not have" }).textContent).toContain("*");
    expect(sheet.getByRole("region", { name: /that Owner does not/ }).textContent).toContain("Sign in");
    expect(sheet.queryByRole("region", { name: /^Data actions/ })).toBeNull();
    expect(sheet.getByText(/signing in to a machine are never in it, so they are not judged/)).toBeTruthy();
    expect(sheet.getByText(/The log was read from .*2026/)).toBeTruthy();
    expect(sheet.queryByText(/Not all of the log was read/)).toBeNull();
    const url = new URL(String(apiFetch.mock.calls[0]?.[0]), "https://portal.test");
    expect(Object.fromEntries(url.searchParams)).toEqual({ principal: "ben", scope: SCOPE, role: HELD });
  });

  it("hands the smaller role and the removal of the wide one to the change flow, in this order", async () => {
    const link = await (await open()).findByRole("link", { name: "Replace with Machine Administrator" });
    const preset = new URL(String(link.getAttribute("href")), "https://portal.test").searchParams.get("preset") ?? "";
    expect(decodePreset(preset)).toEqual({
      changes: [
        {
          ...{ kind: "assign", principalId: "ben", roleId: SMALL, scope: SCOPE, condition: null, description: null },
          assignmentName: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        { kind: "remove", assignmentId: GRANT.id },
      ],
      back: "/access/people/ben",
    });
  });

  it("is off with the reason where the operator may not assign, and not offered where a condition would be lost", async () => {
    const sheet = await open({ allowed: false });
    const off = await sheet.findByRole("button", { name: "Replace with Machine Administrator" });
    expect(off.getAttribute("aria-disabled")).toBe("true");
    expect(sheet.getByText(/Microsoft\.Authorization\/roleAssignments\/write/)).toBeTruthy();
    cleanup();
    const limited = await open({ grant: { condition: "x" } });
    expect(await limited.findByText(/has a condition, which would not come along/)).toBeTruthy();
    expect(limited.queryByRole("link")).toBeNull();
  });

  it("says that no use was seen, since when, and that reads are not in the log", async () => {
    apiFetch.mockResolvedValue(NOTHING);
    const sheet = await open();
    expect(await sheet.findByText(/^No use seen since .*2026.* Reads are not in the activity log/)).toBeTruthy();
    expect(sheet.queryByRole("table")).toBeNull();
    expect(sheet.queryByRole("link")).toBeNull();
  });

  it("warns that the role may be too small, with every part of the log that was not read", async () => {
    const problem = { type: "x", title: "x", status: 403, code: "forbidden" as const, detail: "not yours", traceId: "t" };
    const logs = [
      { subscriptionId: "a", name: "Sub A", readBackTo: null, problem },
      { subscriptionId: "b", name: "Sub B", readBackTo: "2026-11-01T00:00:00.000Z", problem: null },
    ];
    apiFetch.mockResolvedValue({ ...VIEW, isWhole: false, logs, leftOut: ["Sub K", "Sub L"], aboveSubscriptions: true });
    const sheet = await open();
    expect(await sheet.findByText(/more may have been used and the role may be too small/)).toBeTruthy();
    expect(sheet.getByText("Sub A could not be read: not yours")).toBeTruthy();
    expect(sheet.getByText(/^Sub B has more entries than are read/)).toBeTruthy();
    expect(sheet.getByText("2 more subscriptions below this scope were not read: Sub K, Sub L")).toBeTruthy();
    expect(sheet.getByText(/management groups themselves/)).toBeTruthy();
  });

  it.each([
    ["smallest", "No smaller role covers all of this. Keep Owner."],
    ["none", /^No role that can be assigned here covers all of this/],
    ["unknown", /^No use was found in the part of the log that was read/],
  ] as const)("answers %s in words and offers nothing", async (verdict, words) => {
    apiFetch.mockResolvedValue({ ...NOTHING, verdict });
    const sheet = await open();
    expect(await sheet.findByText(words)).toBeTruthy();
    expect(sheet.queryByRole("link")).toBeNull();
  });

  it("shows the failure when the log cannot be asked at all", async () => {
    apiFetch.mockRejectedValue(new Error("offline"));
    expect(await (await open()).findByRole("alert")).toBeTruthy();
  });

  it("is not offered for groups, for what comes through one, and for roles whose use no log shows", () => {
    show({ kind: "group" });
    show({ grant: { groups: [principal("team", "group")] } });
    show({ grant: { capabilities: ["read", "signInAdmin", "becomeIdentity"] } });
    expect(button()).toBeNull();
  });
});
