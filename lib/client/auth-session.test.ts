import { beforeEach, describe, expect, it, vi } from "vitest";
import { hintCookie } from "./auth-hint";
import { AuthSession, InteractionNeeded } from "./auth-session";
import { account, CONFIG, fakeBrowser, fakeMsal, HOME, MemoryStorage, OTHER, tokenResult } from "./session-fakes";

const interaction = { name: "InteractionRequiredAuthError", errorCode: "interaction_required" };
const hint = hintCookie({ tenantId: HOME, loginHint: "olivia@contoso.example" }, true).split(";")[0] ?? "";

function setup(options: { secure?: boolean; cookies?: string } = {}) {
  const fake = fakeMsal();
  const browser = fakeBrowser(options);
  const session = new AuthSession(CONFIG, browser, async () => fake.msal);
  return { ...fake, browser, session };
}

/** The session never resolves a promise that leaves the page, so tests look at what was asked of MSAL. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function signedIn(options: { cookies?: string } = {}) {
  const all = setup(options);
  all.answers.redirect = async () => tokenResult();
  await all.session.start({ autoSignIn: true });
  return all;
}

beforeEach(() => vi.stubGlobal("sessionStorage", new MemoryStorage()));

describe("starting", () => {
  it("refuses an insecure origin before anything is asked of Entra", async () => {
    const { session, calls } = setup({ secure: false });
    await session.start({ autoSignIn: true });
    expect(session.getState()).toEqual({ kind: "insecureOrigin" });
    expect(calls).toEqual([]);
  });

  it("is signed out when there is no account", async () => {
    const { session } = setup();
    await session.start({ autoSignIn: true });
    expect(session.getState()).toEqual({ kind: "signedOut", failure: null });
  });

  it("runs once however often it is called", async () => {
    const { session, answers } = setup();
    let runs = 0;
    answers.redirect = async () => {
      runs += 1;
      return null;
    };
    await Promise.all([session.start({ autoSignIn: true }), session.start({ autoSignIn: true })]);
    expect(runs).toBe(1);
  });

  it("takes the person who comes back from Entra and remembers them for a reload", async () => {
    const { session } = await signedIn();
    expect(session.getState()).toMatchObject({
      kind: "signedIn",
      account: { tenantId: HOME, username: "olivia@contoso.example" },
    });
    const reloaded = setup();
    reloaded.answers.accounts = [account(OTHER), account(HOME), account(HOME, "rene")];
    await reloaded.session.start({ autoSignIn: true });
    expect(reloaded.session.getState()).toMatchObject({ kind: "signedIn", account: { tenantId: HOME, name: "olivia" } });
  });

  it("does not guess between several people", async () => {
    const { session, answers } = setup();
    answers.accounts = [account(HOME), account(HOME, "rene")];
    await session.start({ autoSignIn: true });
    expect(session.getState().kind).toBe("signedOut");
  });

  it("shows why Entra refused", async () => {
    const { session, answers } = setup();
    answers.redirect = () =>
      Promise.reject({ errorCode: "invalid_request", errorMessage: "AADSTS50020: not in tenant. Trace ID: 1" });
    await session.start({ autoSignIn: true });
    expect(session.getState()).toMatchObject({ kind: "signedOut", failure: { kind: "wrongTenant", code: "AADSTS50020" } });
  });
});

describe("coming back from Entra with a refusal", () => {
  const refused = () => Promise.reject({ errorCode: "access_denied", errorMessage: "AADSTS65004: declined." });

  it("keeps the sign-in from before, with the reason, until the person has read it", async () => {
    const { session, answers } = setup();
    answers.redirect = refused;
    answers.accounts = [account(HOME)];
    await session.start({ autoSignIn: true });
    expect(session.getState()).toMatchObject({ kind: "signedIn", account: { tenantId: HOME }, failure: { kind: "cancelled" } });
    session.dismissFailure();
    expect(session.getState()).toEqual({ kind: "signedIn", account: expect.objectContaining({ tenantId: HOME }) });
  });
});

describe("signing out in another tab", () => {
  it("forgets the same person here: tokens, half-filled forms, the page", async () => {
    const { session, browser, calls } = await signedIn();
    sessionStorage.setItem("arcwarden.draft.x", "1");
    browser.hear(`olivia.${HOME}`);
    await settle();
    expect(calls.at(-1)).toMatchObject({ name: "clearCache", request: { account: { username: "olivia@contoso.example" } } });
    expect(sessionStorage.getItem("arcwarden.draft.x")).toBeNull();
    expect(browser.visited).toEqual(["https://arc.example/signed-out"]);
    await expect(session.getToken()).rejects.toThrow(InteractionNeeded);
  });

  it("leaves a tab of another person alone", async () => {
    const { session, browser, calls } = await signedIn();
    browser.hear(`rene.${HOME}`);
    await settle();
    expect(calls).toEqual([]);
    expect(browser.visited).toEqual([]);
    expect(session.getState().kind).toBe("signedIn");
  });

  it("is told to the other tabs by the tab where it happens", async () => {
    const { session, browser } = await signedIn();
    await session.signOut();
    expect(browser.told).toEqual([`olivia.${HOME}`]);
  });
});

describe("a new tab while someone is signed in elsewhere", () => {
  it("signs in without a question, once", async () => {
    const first = setup({ cookies: hint });
    await first.session.start({ autoSignIn: true });
    await settle();
    expect(first.calls).toEqual([
      { name: "loginRedirect", request: expect.objectContaining({ loginHint: "olivia@contoso.example" }) },
    ]);
    expect(first.calls[0]?.request).not.toHaveProperty("prompt");

    const again = setup({ cookies: hint });
    await again.session.start({ autoSignIn: true });
    expect(again.calls).toEqual([]);
    expect(again.session.getState().kind).toBe("signedOut");
  });

  it("does not where the page forbids it, or for a tenant this portal does not serve", async () => {
    const page = setup({ cookies: hint });
    await page.session.start({ autoSignIn: false });
    const foreign = setup({ cookies: hintCookie({ tenantId: "elsewhere", loginHint: "x" }, true).split(";")[0] ?? "" });
    await foreign.session.start({ autoSignIn: true });
    expect([...page.calls, ...foreign.calls]).toEqual([]);
  });
});

describe("signing in", () => {
  it("asks for the portal's own scope only and comes back to the same page, query and hash included", async () => {
    const { session, calls } = setup();
    await session.start({ autoSignIn: true });
    void session.signIn();
    await settle();
    expect(calls).toEqual([
      {
        name: "loginRedirect",
        request: {
          scopes: ["api://client/access_as_user"],
          authority: `https://login.example/${HOME}`,
          redirectStartPage: "https://arc.example/machines?q=sql#row",
          prompt: "select_account",
        },
      },
    ]);
    expect(session.getState().kind).toBe("redirecting");
  });

  it("shows the failure when the redirect cannot begin", async () => {
    const { session, msal } = setup();
    await session.start({ autoSignIn: true });
    msal.loginRedirect = () => Promise.reject({ errorCode: "network_error", errorMessage: "x" });
    await expect(session.signIn()).rejects.toBeDefined();
    expect(session.getState()).toMatchObject({ kind: "signedOut", failure: { kind: "unreachable" } });
  });
});

describe("tokens", () => {
  it("are asked for the account's own tenant", async () => {
    const { session, calls } = await signedIn();
    expect(await session.getToken()).toBe("api-token");
    expect(calls[0]?.request).toMatchObject({ authority: `https://login.example/${HOME}`, forceRefresh: false });
  });

  it("are never those of another tenant of the same person", async () => {
    const { session, answers, calls } = await signedIn();
    answers.silent = async (request) =>
      request.cacheLookupPolicy === 3 ? tokenResult(HOME, "right") : tokenResult(OTHER, "wrong");
    expect(await session.getToken()).toBe("right");
    expect(calls).toHaveLength(2);
    answers.silent = async () => tokenResult(OTHER, "wrong");
    await expect(session.getToken()).rejects.toBeInstanceOf(InteractionNeeded);
  });

  it("[A03] carry the demanded claims", async () => {
    const { session, calls } = await signedIn();
    await session.getToken({ claims: '{"access_token":{}}' });
    expect(calls[0]?.request).toMatchObject({ claims: '{"access_token":{}}' });
  });

  it("need the person when MSAL says so, and fail as they are for any other reason", async () => {
    const { session, answers } = await signedIn();
    answers.silent = () => Promise.reject(interaction);
    await expect(session.getToken()).rejects.toBeInstanceOf(InteractionNeeded);
    const broken = new Error("offline");
    answers.silent = () => Promise.reject(broken);
    await expect(session.getToken()).rejects.toBe(broken);
  });
});

describe("renewal", () => {
  it("[A03] leaves once for several requests, with the claims, and comes back to the page", async () => {
    const { session, calls } = await signedIn();
    void session.renew({ claims: "{}" });
    void session.renew({ claims: "{}" });
    await settle();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      name: "acquireTokenRedirect",
      request: { claims: "{}", loginHint: "olivia@contoso.example", redirectStartPage: "https://arc.example/machines?q=sql#row" },
    });
    expect(session.getState().kind).toBe("signedIn");
  });
});

describe("switching the tenant", () => {
  it("bypasses the cached token, forgets half-filled forms and loads the start page anew", async () => {
    sessionStorage.setItem("arcwarden.draft.form", '"half"');
    const { session, answers, calls, browser } = await signedIn();
    answers.silent = async () => tokenResult(OTHER);
    void session.switchTenant(OTHER);
    await settle();
    expect(calls[0]?.request).toMatchObject({ authority: `https://login.example/${OTHER}`, cacheLookupPolicy: 3 });
    expect(browser.visited).toEqual(["https://arc.example/"]);
    expect(sessionStorage.getItem("arcwarden.draft.form")).toBeNull();
    expect(JSON.parse(sessionStorage.getItem("arcwarden.account") ?? "")).toMatchObject({ tenantId: OTHER });
  });

  it.each([
    ["when Entra wants the person", () => Promise.reject(interaction)],
    ["when the answer is for the old tenant", async () => tokenResult(HOME)],
  ])("goes to Entra %s", async (_what, silent) => {
    const { session, answers, calls, browser } = await signedIn();
    answers.silent = silent;
    void session.switchTenant(OTHER);
    await settle();
    expect(calls[1]).toMatchObject({ name: "loginRedirect", request: { authority: `https://login.example/${OTHER}` } });
    expect(browser.visited).toEqual([]);
  });
});

describe("signing out", () => {
  it("forgets this tab, tells other tabs not to sign in by themselves, and ends the session at Entra", async () => {
    sessionStorage.setItem("arcwarden.pending-request", "{}");
    const { session, calls, browser } = await signedIn();
    await session.signOut();
    expect(sessionStorage.getItem("arcwarden.pending-request")).toBeNull();
    expect(sessionStorage.getItem("arcwarden.account")).toBeNull();
    expect(browser.written.at(-1)).toContain("max-age=0");
    expect(calls).toEqual([
      { name: "logoutRedirect", request: expect.objectContaining({ logoutHint: "olivia@contoso.example" }) },
    ]);
  });
});

it("tells listeners of every change until they leave", async () => {
  const { session } = setup();
  const seen: string[] = [];
  const leave = session.subscribe(() => seen.push(session.getState().kind));
  await session.start({ autoSignIn: true });
  leave();
  void session.signIn();
  await settle();
  expect(seen).toEqual(["signedOut"]);
});
