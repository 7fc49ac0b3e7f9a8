import { afterEach, expect, it, vi } from "vitest";
import { GIVE_UP_AFTER_MS, stopWork } from "./stop-work";

afterEach(() => vi.useRealTimers());

it("gives a call up that Azure leaves without an answer, and not before its time", async () => {
  vi.useFakeTimers();
  const background = new AbortController();
  const saved = vi.fn();
  // A step that waits for Azure and saves what it knows when its call is over.
  const hanging = {
    stop: () =>
      new Promise<void>((resolve) => {
        background.signal.addEventListener("abort", () => {
          saved();
          resolve();
        });
      }),
  };
  const stopped = stopWork([hanging], background);
  await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS - 1);
  expect(saved).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
  expect(saved).toHaveBeenCalledTimes(1);
});

it("stops all at the same time, and ends their calls only when they have saved", async () => {
  const background = new AbortController();
  const finish = Promise.withResolvers<void>();
  const begun: string[] = [];
  const runner = (name: string) => ({
    stop: () => {
      begun.push(name);
      return finish.promise;
    },
  });
  const stopped = stopWork([runner("a"), runner("b")], background);
  expect(begun).toEqual(["a", "b"]);
  expect(background.signal.aborted).toBe(false);
  finish.resolve();
  await stopped;
  expect(background.signal.aborted).toBe(true);
});

it("ends the calls also when a runner cannot stop cleanly, and says so", async () => {
  const background = new AbortController();
  const broken = { stop: () => Promise.reject(new Error("store gone")) };
  await expect(stopWork([broken], background)).rejects.toThrow("store gone");
  expect(background.signal.aborted).toBe(true);
});
