import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoundLoop } from "./round-loop";

const PAUSE_MS = 60_000;

describe("a loop of rounds", () => {
  let begun: number;
  let endRound: () => void;
  let loop: RoundLoop;

  beforeEach(async () => {
    vi.useFakeTimers();
    begun = 0;
    loop = new RoundLoop(() => {
      begun++;
      return new Promise((resolve) => {
        endRound = () => resolve(PAUSE_MS);
      });
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(0);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Lets a round end and says how many have begun when so much time has passed. */
  async function begunAfter(ms: number): Promise<number> {
    endRound();
    await vi.advanceTimersByTimeAsync(ms);
    return begun;
  }

  it("begins the next round when the pause is over", async () => {
    expect(await begunAfter(PAUSE_MS - 1)).toBe(1);
    expect(await begunAfter(1)).toBe(2);
  });

  it("begins the next round at once when it is nudged in a pause", async () => {
    expect(await begunAfter(1)).toBe(1);
    loop.nudge();
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(2);
  });

  it("begins one more round after the running one when it is nudged meanwhile, which may have looked already", async () => {
    loop.nudge();
    loop.nudge();
    expect(begun).toBe(1);
    expect(await begunAfter(0)).toBe(2);
    expect(await begunAfter(PAUSE_MS - 1)).toBe(2);
  });

  it("begins no further round once it was stopped, nudged or not", async () => {
    loop.nudge();
    const stopped = loop.stop();
    expect(await begunAfter(PAUSE_MS)).toBe(1);
    await stopped;
    loop.nudge();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(begun).toBe(1);
  });
});
