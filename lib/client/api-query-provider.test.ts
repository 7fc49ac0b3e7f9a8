import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { unreachableProblem } from "./api-problem";
import { createQueryClient } from "./api-query-provider";

afterEach(() => onlineManager.setOnline(true));

describe("while the browser says that it is offline", () => {
  it("a write fails at once and is not sent behind the operator's back when the network returns", async () => {
    onlineManager.setOnline(false);
    const send = vi.fn(() => Promise.reject(unreachableProblem(new Error("no network"))));
    const client = createQueryClient();
    const write = new MutationObserver(client, { mutationFn: send });
    await expect(write.mutate()).rejects.toThrow("The browser got no answer from the portal.");
    expect(write.getCurrentResult()).toMatchObject({ status: "error", isPaused: false });
    onlineManager.setOnline(true);
    await client.resumePausedMutations();
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("a read is tried, for the portal may be on this very computer", async () => {
    onlineManager.setOnline(false);
    const client = createQueryClient();
    const read = new QueryObserver(client, { queryKey: ["x"], queryFn: async () => "answer" });
    const stop = read.subscribe(() => undefined);
    await vi.waitFor(() => expect(read.getCurrentResult().data).toBe("answer"));
    stop();
  });
});
