import { describe, expect, it } from "vitest";
import { createChannel } from "./channel";

async function collect<T>(items: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("channel", () => {
  it("gives what several writers wrote in the order of writing", async () => {
    const channel = createChannel<string>(8);
    const read = collect(channel.items());
    await channel.push("a");
    channel.offer("b");
    await channel.push("c");
    channel.end();
    expect(await read).toEqual(["a", "b", "c"]);
  });

  it("holds a writer back while the reader is behind", async () => {
    const channel = createChannel<number>(2);
    const written: number[] = [];
    const writing = (async () => {
      for (const item of [1, 2, 3, 4]) {
        await channel.push(item);
        written.push(item);
      }
      channel.end();
    })();
    await turn();
    expect(written).toEqual([1, 2]);
    const items = channel.items();
    await items.next();
    await turn();
    expect(written).toEqual([1, 2, 3]);
    await collect(items);
    await writing;
    expect(written).toEqual([1, 2, 3, 4]);
  });

  it("hands on the items before it throws the writer's error", async () => {
    const channel = createChannel<string>(8);
    await channel.push("a");
    channel.end(new Error("broken"));
    const items = channel.items();
    expect((await items.next()).value).toBe("a");
    await expect(items.next()).rejects.toThrow("broken");
  });

  it("lets waiting writers go when it ends, and takes nothing more", async () => {
    const channel = createChannel<number>(1);
    await channel.push(1);
    const stuck = channel.push(2);
    channel.end();
    await stuck;
    expect(await collect(channel.items())).toEqual([1]);
  });
});
