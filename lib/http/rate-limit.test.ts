import { describe, expect, it } from "vitest";
import { createRateLimiter } from "./rate-limit";

function setup(perMinute: number) {
  let nowMs = 0;
  const limiter = createRateLimiter(perMinute, () => nowMs);
  return { take: (key = "a") => limiter.take(key), advance: (ms: number) => (nowMs += ms) };
}

describe("the rate limiter", () => {
  it("lets a quarter of a minute's allowance pass at once and refuses the next", () => {
    const { take } = setup(60);
    const answers = Array.from({ length: 16 }, () => take());
    expect(answers.slice(0, 15)).toEqual(Array(15).fill(0));
    expect(answers[15]).toBe(1);
  });

  it("lets one pass again exactly when its share of the minute is over", () => {
    const { take, advance } = setup(60);
    for (let index = 0; index < 15; index += 1) take();
    advance(999);
    expect(take()).toBe(1);
    advance(1);
    expect(take()).toBe(0);
  });

  it("counts each person apart", () => {
    const { take } = setup(4);
    expect(take("a")).toBe(0);
    expect(take("a")).toBe(15);
    expect(take("b")).toBe(0);
  });

  it("never fills above its size", () => {
    const { take, advance } = setup(60);
    advance(10 * 60_000);
    expect(Array.from({ length: 16 }, () => take()).filter((seconds) => seconds === 0)).toHaveLength(15);
  });
});
