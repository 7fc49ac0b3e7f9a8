import { beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "@/lib/config/env";
import { setRuntime } from "@/lib/http/runtime";
import { GET } from "./route";

vi.mock("@/lib/services/runtime", () => ({ services: () => ({ db: { engine: "embedded", session: {} } }) }));

const TOKEN = "0123456789abcdef";

function start(env: Record<string, string>): void {
  setRuntime({
    config: readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:42000", ...env }),
    startedAt: new Date(0),
  } as never);
}

const ask = (headers: Record<string, string> = {}) =>
  GET(new Request("http://portal.test/api/metrics", { headers }), { params: Promise.resolve({}) });

describe("GET /api/metrics", () => {
  beforeEach(() => start({}));

  it("is Prometheus' text, open where no token is set, and says when the store is away", async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(text).toContain('arcwarden_store_up{engine="embedded"} 0');
    expect(text).toContain("process_resident_memory_bytes");
  });

  it.each([
    ["no token", {}, 401],
    ["a wrong one", { authorization: `Bearer ${TOKEN}x` }, 401],
    ["the token without its word", { authorization: TOKEN }, 401],
    ["the token", { authorization: `Bearer ${TOKEN}` }, 200],
  ])("with METRICS_TOKEN set, %s gets its answer", async (_, headers, status) => {
    start({ METRICS_TOKEN: TOKEN });
    const response = await ask(headers);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain(TOKEN);
  });

  it("a token that is too short stops the start", () => {
    expect(() => start({ METRICS_TOKEN: "short" })).toThrow(/METRICS_TOKEN.*at least 16 characters/);
  });
});
