import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

/** For tests of pages: the date stands still in each of them, and what it has drawn is gone after it. */
export function holdDate(at: string): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(at), toFake: ["Date"] });
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });
}
