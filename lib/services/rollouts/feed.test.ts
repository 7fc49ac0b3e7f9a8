import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Database } from "@/lib/db/database";
import { quiet } from "../operations/testing";
import { RolloutFeed } from "./feed";
import type { SharedView } from "./view";

const store = vi.hoisted(() => ({ reads: 0, fails: false, state: "running" }));

vi.mock("@/lib/db/rollouts", () => ({
  findRollout: async (_db: unknown, id: string) => {
    store.reads += 1;
    if (store.fails) throw new Error("the store is gone");
    return { id };
  },
}));
vi.mock("./view", () => ({ sharedView: async () => ({ state: store.state }) }));

let announce: (id: string) => void = () => undefined;
let listening = 0;

function feed(): RolloutFeed {
  const runner = {
    onChange: (listener: (id: string) => void) => {
      announce = listener;
      listening += 1;
      return () => {
        listening -= 1;
      };
    },
  };
  return new RolloutFeed({ db: {} as Database, clock: { now: () => new Date() }, log: quiet }, runner);
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(store, { reads: 0, fails: false, state: "running" });
  listening = 0;
});
afterEach(() => vi.useRealTimers());

describe("RolloutFeed", () => {
  it("reads the store once for all screens of a roll-out", async () => {
    const own = feed();
    const seen: SharedView[][] = [[], [], []];
    for (const list of seen) own.subscribe("a", (view) => list.push(view));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.reads).toBe(1);
    expect(seen.map((list) => list.length)).toEqual([1, 1, 1]);
  });

  it("gives a later screen what is known at once", async () => {
    const own = feed();
    own.subscribe("a", () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    const seen: SharedView[] = [];
    own.subscribe("a", (view) => seen.push(view));
    expect(seen).toHaveLength(1);
  });

  it("sees what another instance does within two seconds", async () => {
    const own = feed();
    const seen: string[] = [];
    own.subscribe("a", ({ state }) => seen.push(state));
    await vi.advanceTimersByTimeAsync(0);
    store.state = "paused";
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen).toEqual(["running", "paused"]);
  });

  it("follows what happens here sooner, but not every single step", async () => {
    const own = feed();
    own.subscribe("a", () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    for (let step = 0; step < 100; step++) {
      announce("a");
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(store.reads).toBeGreaterThanOrEqual(2);
    expect(store.reads).toBeLessThanOrEqual(4);
  });

  it("outlives a store that is gone for a while", async () => {
    const own = feed();
    const seen: string[] = [];
    own.subscribe("a", ({ state }) => seen.push(state));
    await vi.advanceTimersByTimeAsync(0);
    store.fails = true;
    await vi.advanceTimersByTimeAsync(30_000);
    Object.assign(store, { fails: false, state: "held" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen.at(-1)).toBe("held");
  });

  it("stops reading and listening when the last screen has gone", async () => {
    const own = feed();
    const off = [own.subscribe("a", () => undefined), own.subscribe("a", () => undefined)];
    await vi.advanceTimersByTimeAsync(0);
    for (const leave of off) leave();
    const { reads } = store;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([store.reads, listening]).toEqual([reads, 0]);
  });
});
