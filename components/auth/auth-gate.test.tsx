// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AuthState, SignedInAccount } from "@/lib/client/auth-session";
import { ConfigProvider } from "@/lib/client/config";
import type { Session } from "@/lib/client/session";
import { CONFIG, HOME, OTHER } from "@/lib/client/session-fakes";
import type { SessionInfo } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { AuthGate } from "./auth-gate";

const shared = vi.hoisted(() => ({
  state: {} as unknown,
  session: {} as unknown,
  pathname: "/",
  signIn: vi.fn(),
  signOut: vi.fn(),
  switchTenant: vi.fn(),
}));
vi.mock("next/navigation", () => ({ usePathname: () => shared.pathname }));
vi.mock("@/lib/client/auth-provider", () => ({ useAuth: () => ({ ...shared }) }));
vi.mock("@/lib/client/session", () => ({ useSession: () => shared.session }));

const account: SignedInAccount = {
  homeAccountId: "nora.home",
  tenantId: HOME,
  objectId: "object-1",
  name: "Nora",
  username: "nora@contoso.example",
};
const completeness = { expected: 0, received: 0, complete: true, missing: [], asOf: "2026-03-01T12:00:00Z" };
const info: SessionInfo = {
  operator: { objectId: "object-1", tenantId: HOME, name: "Nora", userPrincipalName: "nora", isGuest: false },
  portalRoles: [],
  tenants: [
    { tenantId: HOME, displayName: "Contoso", defaultDomain: "", current: true },
    { tenantId: OTHER, displayName: "Fabrikam", defaultDomain: "", current: false },
    { tenantId: "99999999-0000-4000-8000-000000000000", displayName: "Elsewhere", defaultDomain: "", current: false },
  ],
  subscriptions: [],
  subscriptionsCompleteness: completeness,
  capabilities: { readCertificates: false, readPeople: false },
};
const oneSubscription = [{ id: "s", name: "S", state: "Enabled" }];
const problem = (change: Partial<Problem>): Problem => ({
  type: "x",
  title: "T",
  status: 403,
  code: "forbidden",
  detail: "d",
  traceId: "t",
  ...change,
});

type Shown = { rerender: (ui: ReactElement) => void };

function show(
  state: AuthState,
  options: { session?: Partial<Session>; likelySignedIn?: boolean; pathname?: string; tenants?: string[]; on?: Shown } = {},
) {
  shared.state = state;
  shared.pathname = options.pathname ?? "/machines";
  shared.session = {
    account,
    info: null,
    problem: null,
    reload: vi.fn(),
    signOut: shared.signOut,
    switchTenant: shared.switchTenant,
    ...options.session,
  };
  const gate = (
    <ConfigProvider config={{ ...CONFIG, localMode: true, allowedTenantIds: options.tenants ?? [HOME, OTHER] }}>
      <AuthGate likelySignedIn={options.likelySignedIn ?? false}>
        <p>inside the portal</p>
        <input aria-label="search" />
      </AuthGate>
    </ConfigProvider>
  );
  const { rerender } = options.on ?? render(gate);
  if (options.on !== undefined) rerender(gate);
  return { rerender };
}

const inside = () => screen.queryByText("inside the portal") !== null;
const signedIn: AuthState = { kind: "signedIn", account };

beforeEach(() => {
  for (const mock of [shared.signIn, shared.signOut, shared.switchTenant]) mock.mockReset().mockReturnValue(Promise.resolve());
});
afterEach(cleanup);

describe("before sign-in", () => {
  it("shows the landing page with one way in and says that local Azure is not real", () => {
    show({ kind: "signedOut", failure: null });
    expect(inside()).toBe(false);
    fireEvent.click(screen.getByRole("button", { name: "Sign in with Microsoft" }));
    expect(shared.signIn).toHaveBeenCalledWith({});
    expect(screen.getByRole("region", { name: "Local Azure" }).textContent).toContain("no real tenant");
  });

  it("offers another organisation only where the portal serves several", () => {
    show({ kind: "signedOut", failure: null });
    fireEvent.click(screen.getByRole("button", { name: /another organisation/ }));
    expect(shared.signIn).toHaveBeenCalledWith({ tenant: "organizations" });
    cleanup();
    show({ kind: "signedOut", failure: null }, { tenants: [HOME] });
    expect(screen.queryByRole("button", { name: /another organisation/ })).toBeNull();
  });

  it("says why a sign-in failed, with Entra's code, sentence and correlation id", () => {
    show({
      kind: "signedOut",
      failure: { kind: "wrongTenant", code: "AADSTS50020", detail: "User account does not exist.", correlationId: "c-1" },
    });
    const alert = screen.getByRole("alert").textContent;
    for (const text of ["does not belong to the tenant", "AADSTS50020", "User account does not exist.", "c-1"])
      expect(alert).toContain(text);
  });

  it("takes no second click while it leaves for Entra", () => {
    show({ kind: "redirecting" });
    expect((screen.getByRole("button", { name: "Sign in with Microsoft" }) as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText(/Taking you to Microsoft Entra/)).toBeTruthy();
  });

  it("explains an insecure origin and offers no sign-in there", () => {
    show({ kind: "insecureOrigin" });
    expect(screen.getByRole("heading", { name: /not secure enough/ })).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("draws the frame most likely to stay while it starts", () => {
    show({ kind: "starting" }, { likelySignedIn: true });
    expect(inside()).toBe(true);
    cleanup();
    show({ kind: "starting" }, { likelySignedIn: false });
    expect(inside()).toBe(false);
  });

  it.each(["/signed-out", "/auth/redirect"])("leaves %s open to everyone, and nothing else", (pathname) => {
    show({ kind: "signedOut", failure: null }, { pathname });
    expect(inside()).toBe(true);
    cleanup();
    show({ kind: "signedOut", failure: null }, { pathname: `${pathname}/more` });
    expect(inside()).toBe(false);
  });
});

describe("after sign-in", () => {
  it("keeps the page that was drawn while it started, with what was typed there", () => {
    const shown = show({ kind: "starting" }, { likelySignedIn: true, session: { account: null } });
    fireEvent.change(screen.getByLabelText("search"), { target: { value: "ams" } });
    const before = screen.getByLabelText("search");
    show(signedIn, { likelySignedIn: true, on: shown });
    expect(screen.getByLabelText("search")).toBe(before);
    expect((before as HTMLInputElement).value).toBe("ams");
  });

  it("lets in at once, before the session has answered", () => {
    show(signedIn);
    expect(inside()).toBe(true);
  });

  it("names the tenant and the served ones when the portal does not serve it", () => {
    show(signedIn, { session: { problem: problem({ fields: [{ field: "tenant", message: HOME }], nextStep: "Use another." }) } });
    expect(inside()).toBe(false);
    expect(screen.getByRole("heading", { name: /does not serve your tenant/ })).toBeTruthy();
    expect(document.body.textContent).toContain(OTHER);
    fireEvent.click(screen.getByRole("button", { name: "Use another account" }));
    expect(shared.signIn).toHaveBeenCalledWith();
  });

  it("stays inside for any other failure of the session: the pages say it themselves", () => {
    show(signedIn, { session: { problem: problem({ code: "upstream", status: 502 }) } });
    expect(inside()).toBe(true);
  });

  it("tells someone without any subscription what to ask for, with their ids, and offers only tenants the portal serves", () => {
    show(signedIn, { session: { info } });
    expect(screen.getByRole("heading", { name: /no access to Azure/ })).toBeTruthy();
    expect(document.body.textContent).toContain("object-1");
    expect(screen.queryByRole("button", { name: /Elsewhere/ })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Switch to Fabrikam" }));
    expect(shared.switchTenant).toHaveBeenCalledWith(OTHER);
  });

  it.each<[string, Partial<SessionInfo>]>([
    ["who sees a subscription", { subscriptions: oneSubscription }],
    ["who holds a portal role", { portalRoles: ["Portal.Auditor"] }],
    ["whose subscriptions could not be read", { subscriptionsCompleteness: { ...completeness, complete: false } }],
  ])("lets in someone %s", (_who, change) => {
    show(signedIn, { session: { info: { ...info, ...change } } });
    expect(inside()).toBe(true);
  });
});
