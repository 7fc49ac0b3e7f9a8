import { describe, expect, it } from "vitest";
import { OboCache, TOKEN_MARGIN_MS } from "./obo-cache";

const HOUR = 3_600_000;

function setup(options: { maxEntries?: number } = {}) {
  let nowMs = 1_000_000;
  let calls = 0;
  const cache = new OboCache({ now: () => nowMs, ...options });
  const get = (
    assertion: string,
    scopes: string[] = ["s"],
    more: { endsInMs?: number; tokenLivesMs?: number; claims?: string } = {},
  ) =>
    cache.get({
      assertion,
      scopes,
      assertionEndsAtMs: nowMs + (more.endsInMs ?? HOUR),
      claims: more.claims,
      fetchToken: async () => {
        calls += 1;
        return { token: `token ${calls}`, expiresOnTimestamp: nowMs + (more.tokenLivesMs ?? HOUR) };
      },
    });
  return { cache, get, calls: () => calls, advance: (ms: number) => (nowMs += ms) };
}

describe("OboCache", () => {
  it("asks once for parallel misses", async () => {
    const { get, calls } = setup();
    const tokens = await Promise.all([get("a"), get("a"), get("a"), get("a")]);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(1);
    expect(calls()).toBe(1);
  });

  it("keeps two tabs of one person apart without one pushing the other out", async () => {
    const { get, calls } = setup();
    for (const assertion of ["tab 1", "tab 2", "tab 1", "tab 2"]) await get(assertion);
    expect(calls()).toBe(2);
  });

  it("keeps scopes apart but not their order", async () => {
    const { get, calls } = setup();
    await get("a", ["x", "y"]);
    await get("a", ["y", "x"]);
    await get("a", ["x"]);
    expect(calls()).toBe(2);
  });

  it("gives a token out until exactly five minutes before its end", async () => {
    const { get, calls, advance } = setup();
    await get("a", ["s"], { endsInMs: 9 * HOUR });
    advance(HOUR - TOKEN_MARGIN_MS - 1);
    await get("a", ["s"], { endsInMs: 9 * HOUR });
    expect(calls()).toBe(1);
    advance(1);
    await get("a", ["s"], { endsInMs: 9 * HOUR });
    expect(calls()).toBe(2);
  });

  it("stops at the end of the assertion though the token lives longer", async () => {
    const { get, calls, advance } = setup();
    await get("a", ["s"], { endsInMs: 1_000 });
    advance(999);
    await get("a", ["s"], { endsInMs: 1_000 });
    expect(calls()).toBe(1);
    advance(1);
    await get("a", ["s"], { endsInMs: 1_000 });
    expect(calls()).toBe(2);
  });

  it("forgets a failed request, so that the next one asks again", async () => {
    const { cache, get, calls } = setup();
    const failing = () =>
      cache.get({ assertion: "a", scopes: ["s"], assertionEndsAtMs: 9e15, fetchToken: () => Promise.reject(new Error("down")) });
    await expect(failing()).rejects.toThrow("down");
    expect((await get("a")).token).toBe("token 1");
    expect(calls()).toBe(1);
  });

  it("replaces what it holds when Azure demands claims and Entra agrees", async () => {
    const { get } = setup();
    await get("a");
    expect((await get("a", ["s"], { claims: "mfa" })).token).toBe("token 2");
    expect((await get("a")).token).toBe("token 2");
  });

  it("asks once for parallel demands of the same claims", async () => {
    const { get, calls } = setup();
    await Promise.all([
      get("a", ["s"], { claims: "mfa" }),
      get("a", ["s"], { claims: "mfa" }),
      get("a", ["s"], { claims: "c1" }),
    ]);
    expect(calls()).toBe(2);
  });

  it("gives others what it holds while claims are asked for, and also when Entra refuses them", async () => {
    const { cache, get, calls } = setup();
    await get("a");
    let refuse: (reason: Error) => void = () => undefined;
    const demand = () =>
      cache.get({
        assertion: "a",
        scopes: ["s"],
        assertionEndsAtMs: 9e15,
        claims: "mfa",
        fetchToken: () => new Promise((_resolve, reject) => (refuse = reject)),
      });
    const refused = demand();
    expect((await get("a")).token).toBe("token 1");
    refuse(new Error("interaction required"));
    await expect(refused).rejects.toThrow("interaction required");
    expect((await get("a")).token).toBe("token 1");
    expect(calls()).toBe(1);
    const again = demand();
    refuse(new Error("still required"));
    await expect(again).rejects.toThrow("still required");
  });

  it("drops ended entries first, then the oldest, when it is full", async () => {
    const { cache, get, calls, advance } = setup({ maxEntries: 2 });
    await get("old", ["s"], { endsInMs: 10 });
    await get("kept");
    advance(10);
    await get("new");
    expect(cache.size).toBe(2);
    await get("kept");
    expect(calls()).toBe(3);
    await get("newest");
    expect(cache.size).toBe(2);
  });
});
