import { describe, expect, it } from "vitest";
import { createLanes, inLanes } from "./lanes";

function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe("lanes", () => {
  it("run no more at a time than they are, in the order of coming", async () => {
    const lanes = createLanes(2);
    const gates = [gate(), gate(), gate()];
    const started: number[] = [];
    for (const [number, { passed }] of gates.entries()) {
      lanes.run(() => {
        started.push(number);
        return passed;
      });
    }
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await gates[1]?.passed;
    gates[0]?.open();
    gates[2]?.open();
    await lanes.drain();
    expect(started).toEqual([0, 1, 2]);
  });

  it("wait for what running work adds", async () => {
    const lanes = createLanes(1);
    const done: string[] = [];
    lanes.run(async () => {
      await null;
      lanes.run(async () => {
        await null;
        done.push("added");
      });
      done.push("first");
    });
    await lanes.drain();
    expect(done).toEqual(["first", "added"]);
  });

  it("are empty at once when nothing came", async () => {
    await expect(createLanes(3).drain()).resolves.toBeUndefined();
  });

  it("throw the first failure once running work has ended, and start nothing after it", async () => {
    const lanes = createLanes(2);
    const slow = gate();
    const started: string[] = [];
    lanes.run(() => Promise.reject(new Error("first")));
    lanes.run(() => slow.passed);
    lanes.run(async () => {
      started.push("third");
    });
    const drained = lanes.drain();
    await null;
    slow.open();
    await expect(drained).rejects.toThrow("first");
    lanes.run(async () => {
      started.push("late");
    });
    expect(started).toEqual([]);
    await expect(lanes.drain()).rejects.toThrow("first");
  });

  it("over a list end with the first failure", async () => {
    const seen: number[] = [];
    const work = inLanes([1, 2, 3, 4], 1, async (item) => {
      seen.push(item);
      if (item === 2) throw new Error("two");
    });
    await expect(work).rejects.toThrow("two");
    expect(seen).toEqual([1, 2]);
  });
});
