import { beforeEach, describe, expect, it, vi } from "vitest";
import { apiFetch, demandOf } from "./api";
import { takePending } from "./api-pending";
import { ApiProblem } from "./api-problem";
import { InteractionNeeded } from "./auth-session";
import { account, MemoryStorage } from "./session-fakes";

type TokenOptions = { claims?: string; forceRefresh?: boolean };
const auth = vi.hoisted(() => ({
  getToken: vi.fn<(options: TokenOptions) => Promise<string>>(),
  renew: vi.fn<(options: { claims?: string }) => Promise<never>>(),
  getState: vi.fn(),
}));
vi.mock("./auth", () => ({ getAuth: () => auth }));

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const LEFT = new Error("left the page");
const problem = { type: "x", title: "t", status: 401, code: "unauthenticated", detail: "refused", traceId: "trace" };
const challenge = { "www-authenticate": `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"` };
const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

const ok = (value: unknown = { fine: true }) => Response.json(value);
const refused = (headers: Record<string, string> = {}) => Response.json(problem, { status: 401, headers });
const person = { homeAccountId: account().homeAccountId, tenantId: account().tenantId };

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "was accepted",
    (error: unknown) => error,
  );
}

beforeEach(() => {
  vi.stubGlobal("sessionStorage", new MemoryStorage());
  vi.stubGlobal("window", { location: { pathname: "/machines/a" } });
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset();
  auth.getToken.mockReset().mockResolvedValue("token");
  auth.renew.mockReset().mockRejectedValue(LEFT);
  auth.getState.mockReturnValue({ kind: "signedIn", account: person });
});

describe("a call of the API", () => {
  it("carries the token in the header, JSON in the body, nothing in the address", async () => {
    fetched.mockResolvedValue(ok());
    expect(await apiFetch("/api/x", { method: "POST", body: { a: 1 } })).toEqual({ fine: true });
    const [path, init] = fetched.mock.calls[0] ?? [];
    expect(path).toBe("/api/x");
    expect(init).toMatchObject({ method: "POST", body: '{"a":1}', redirect: "error", cache: "no-store" });
    expect(init?.headers).toMatchObject({ authorization: "Bearer token", "content-type": "application/json" });
  });

  it("lets what is to be shown go before what nobody waits for", async () => {
    fetched.mockImplementation(async () => ok());
    await apiFetch("/api/x");
    await apiFetch("/api/x", { background: true });
    expect(fetched.mock.calls.map(([, init]) => init.priority)).toEqual([undefined, "low"]);
  });

  it("throws the problem of the answer, and makes one of an answer that is none", async () => {
    fetched.mockResolvedValueOnce(Response.json({ ...problem, status: 409, code: "conflict" }, { status: 409 }));
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { code: "conflict", detail: "refused" } });
    fetched.mockResolvedValueOnce(new Response("<html>Bad gateway</html>", { status: 502 }));
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { status: 502, code: "upstream" } });
  });

  it("says that the portal cannot be reached, but passes on an abort of the caller", async () => {
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { status: 0, title: "The portal cannot be reached" } });
    const signal = AbortSignal.abort();
    expect(await failure(apiFetch("/api/x", { signal }))).not.toBeInstanceOf(ApiProblem);
  });
});

describe("401", () => {
  it("is answered once with a fresh token", async () => {
    fetched.mockResolvedValueOnce(refused()).mockResolvedValueOnce(ok());
    await apiFetch("/api/x");
    expect(auth.getToken.mock.calls.map(([options]) => options)).toEqual([{}, { forceRefresh: true }]);
  });

  it("is not repeated a second time", async () => {
    fetched.mockImplementation(async () => refused());
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { code: "unauthenticated" } });
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(auth.renew).not.toHaveBeenCalled();
  });

  it("[A03] with claims is repeated with a token that carries them", async () => {
    fetched.mockResolvedValueOnce(refused(challenge)).mockResolvedValueOnce(ok());
    expect(await apiFetch("/api/x")).toEqual({ fine: true });
    expect(auth.getToken).toHaveBeenLastCalledWith({ claims: CLAIMS });
  });

  it("[A03] keeps a write and leaves for Entra with the claims when only the person can satisfy them", async () => {
    fetched.mockResolvedValueOnce(refused(challenge));
    auth.getToken.mockResolvedValueOnce("token").mockRejectedValueOnce(new InteractionNeeded("mfa"));
    expect(await failure(apiFetch("/api/x", { method: "POST", body: { operationId: "1" } }))).toBe(LEFT);
    expect(auth.renew).toHaveBeenCalledWith({ claims: CLAIMS });
    expect(takePending(person, Date.now())).toMatchObject({
      path: "/api/x",
      method: "POST",
      body: { operationId: "1" },
      page: "/machines/a",
    });
  });

  it("[A03] keeps a write that has no answer yet when a read of the same page leaves first", async () => {
    let answer: (response: Response) => void = () => undefined;
    fetched.mockImplementation((path) =>
      path === "/api/write" ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(refused(challenge)),
    );
    auth.getToken.mockImplementation(({ claims }) =>
      claims === undefined ? Promise.resolve("token") : Promise.reject(new InteractionNeeded("confirm")),
    );
    const write = apiFetch("/api/write", { method: "POST", body: { operationId: "o1" } });
    expect(await failure(apiFetch("/api/read"))).toBe(LEFT);
    expect(takePending(person, Date.now())).toMatchObject({
      path: "/api/write",
      body: { operationId: "o1" },
      page: "/machines/a",
    });
    answer(ok());
    await write;
    expect(await failure(apiFetch("/api/other"))).toBe(LEFT);
    expect(takePending(person, Date.now())).toBeNull();
  });

  it("keeps no read: the page reads again by itself", async () => {
    auth.getToken.mockRejectedValue(new InteractionNeeded("expired"));
    expect(await failure(apiFetch("/api/x"))).toBe(LEFT);
    expect(takePending(person, Date.now())).toBeNull();
    expect(auth.renew).toHaveBeenCalledWith({});
  });

  it("does not go round in circles: a demand repeated right after the return is shown", async () => {
    fetched.mockImplementation(async () => refused(challenge));
    auth.getToken.mockImplementation(async (options) => {
      if (options.claims !== undefined) throw new InteractionNeeded("mfa");
      return "token";
    });
    expect(await failure(apiFetch("/api/x"))).toBe(LEFT);
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { detail: "refused" } });
    expect(auth.renew).toHaveBeenCalledTimes(1);
  });

  it("leaves once for each of several demands of one request, and for none of them twice", async () => {
    const other = '{"access_token":{"acrs":{"essential":true,"value":"c2"}}}';
    const demand = (claims: string) =>
      refused({ "www-authenticate": `Bearer error="insufficient_claims", claims="${btoa(claims)}"` });
    auth.getToken.mockImplementation(async (options) => {
      if (options.claims !== undefined) throw new InteractionNeeded("mfa");
      return "token";
    });
    const post = () => failure(apiFetch("/api/x", { method: "POST", body: { batchId: "1" } }));
    fetched.mockResolvedValueOnce(demand(CLAIMS)).mockResolvedValueOnce(demand(other)).mockResolvedValueOnce(demand(CLAIMS));
    expect([await post(), await post()]).toEqual([LEFT, LEFT]);
    expect(auth.renew.mock.calls).toEqual([[{ claims: CLAIMS }], [{ claims: other }]]);
    expect(takePending(person, Date.now())).toMatchObject({ body: { batchId: "1" } });
    expect(await post()).toMatchObject({ problem: { detail: "refused" } });
    expect(auth.renew).toHaveBeenCalledTimes(2);
  });

  it.each([
    { kind: "signedIn", account: person, failure: { kind: "cancelled" } },
    { kind: "signedOut", failure: { kind: "cancelled" } },
  ])("does not lead to Entra again while a refused sign-in stands on the page ($kind)", async (state) => {
    auth.getState.mockReturnValue(state);
    fetched.mockImplementation(async () => refused(challenge));
    auth.getToken.mockImplementation(async (options) => {
      if (options.claims !== undefined) throw new InteractionNeeded("mfa");
      return "token";
    });
    expect(await failure(apiFetch("/api/x"))).toMatchObject({ problem: { detail: "refused" } });
    expect(auth.renew).not.toHaveBeenCalled();
  });

  it("never takes a person away from the page for a request nobody waits for", async () => {
    auth.getToken.mockRejectedValue(new InteractionNeeded("expired"));
    expect(await failure(apiFetch("/api/x", { background: true }))).toMatchObject({ problem: { code: "unauthenticated" } });
    expect(auth.renew).not.toHaveBeenCalled();
  });
});

describe("demandOf", () => {
  it("reads base64 and base64url claims, and nothing from anything else", () => {
    const url = btoa('{"a":"??>>"}').replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    expect(demandOf(`Bearer claims="${url}"`).claims).toBe('{"a":"??>>"}');
    expect(demandOf(null).claims).toBeNull();
    expect(demandOf('Bearer error="invalid_token"').claims).toBeNull();
    expect(demandOf('Bearer claims="!!!"').claims).toBeNull();
  });
});
