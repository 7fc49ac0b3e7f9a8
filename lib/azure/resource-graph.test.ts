import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type FakeAnswer, fakeAzure } from "./fake-azure";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const page = (remaining: number): FakeAnswer => ({
  status: 200,
  body: { totalRecords: 0, count: 0, data: [] },
  headers: { "x-ms-user-quota-remaining": String(remaining), "x-ms-user-quota-resets-after": "00:00:02" },
});

it("keeps to what is left of the quota's window when an answer in its middle is lost", async () => {
  const azure = fakeAzure([page(1), { fail: "reset" }, page(0), page(14)]);
  const query = () => azure.clients.resourceGraph.query({ query: "resources" });
  await query();
  await query();
  const third = query();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(azure.sent).toHaveLength(3);
  azure.now.ms += 2_000;
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await third).quotaRemaining).toBe(14);
});
