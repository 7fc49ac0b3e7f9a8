import { beforeEach, describe, expect, it, vi } from "vitest";
import { PENDING_MAX_AGE_MS, type PendingRequest, savePending, takePending } from "./api-pending";
import { MemoryStorage } from "./session-fakes";

const who = { homeAccountId: "o", tenantId: "t" };
const request: PendingRequest = { path: "/api/x", method: "POST", body: { a: 1 }, page: "/x", ...who, atMs: 1_000 };

beforeEach(() => vi.stubGlobal("sessionStorage", new MemoryStorage()));

describe("a kept write", () => {
  it("comes back once, to the same person", () => {
    savePending(request);
    expect(takePending(who, 2_000)).toEqual(request);
    expect(takePending(who, 2_000)).toBeNull();
  });

  it.each([
    ["another person", { ...who, homeAccountId: "x" }],
    ["another tenant", { ...who, tenantId: "x" }],
  ])("is dropped for %s", (_what, other) => {
    savePending(request);
    expect(takePending(other, 2_000)).toBeNull();
    expect(takePending(who, 2_000)).toBeNull();
  });

  it("lives exactly ten minutes", () => {
    savePending(request);
    expect(takePending(who, 1_000 + PENDING_MAX_AGE_MS)).not.toBeNull();
    savePending(request);
    expect(takePending(who, 1_000 + PENDING_MAX_AGE_MS + 1)).toBeNull();
  });

  it.each(["//evil.example/api/x", "https://evil.example/api/x", "/machines"])("is dropped for the address %s", (path) => {
    savePending({ ...request, path });
    expect(takePending(who, 2_000)).toBeNull();
  });

  it("is dropped when storage holds something else", () => {
    sessionStorage.setItem("arcwarden.pending-request", '{"path":5}');
    expect(takePending(who, 2_000)).toBeNull();
  });
});
