import { describe, expect, it, vi } from "vitest";
import type { ResourceGraphPort } from "@/lib/azure/ports";
import type { Database } from "@/lib/db/database";
import { bookGraphQuery } from "@/lib/db/rollout-budget";
import { pacedGraph } from "./graph-pace";

vi.mock("@/lib/db/rollout-budget", () => ({ bookGraphQuery: vi.fn(async () => 0) }));

const PAGE = { rows: [], total: 0, skipToken: null, quotaRemaining: null, quotaResetsAfterMs: null };

function ask(engine: Database["engine"]) {
  const query = vi.fn<ResourceGraphPort["query"]>(async () => PAGE);
  const paced = pacedGraph({ query }, { db: { engine } as Database, principal: "t1/ada" });
  return { query, asked: paced.query({ query: "resources" }) };
}

describe("Resource Graph as roll-outs use it", () => {
  it("is booked in a store that several portals share, in the person's name, and lets people go first", async () => {
    const { query, asked } = ask("server");
    await expect(asked).resolves.toBe(PAGE);
    expect(bookGraphQuery).toHaveBeenCalledWith(undefined, "t1/ada");
    expect(query).toHaveBeenCalledWith({ query: "resources", background: true }, undefined);
  });

  it("is not booked by a portal that is alone", async () => {
    vi.mocked(bookGraphQuery).mockClear();
    await ask("embedded").asked;
    expect(bookGraphQuery).not.toHaveBeenCalled();
  });

  it("waits for its place", async () => {
    vi.mocked(bookGraphQuery).mockResolvedValueOnce(30);
    const began = performance.now();
    await ask("server").asked;
    expect(performance.now() - began).toBeGreaterThanOrEqual(25);
  });
});
