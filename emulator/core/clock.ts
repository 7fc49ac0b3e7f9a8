import type { EmulatorClock } from "./contract.ts";

/** A clock that runs with the machine's clock, shifted by what control calls set. */
export function createClock(startMs: number, wallNowMs: () => number): EmulatorClock {
  let shiftMs = startMs - wallNowMs();
  return {
    nowMs: () => wallNowMs() + shiftMs,
    set: (ms) => {
      shiftMs = ms - wallNowMs();
    },
    advance: (ms) => {
      shiftMs += ms;
    },
  };
}
