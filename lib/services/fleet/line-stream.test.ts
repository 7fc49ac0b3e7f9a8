import { describe, expect, it } from "vitest";
import { lineStream } from "./line-stream";

async function* lines(items: string[], fail?: Error, onLeave?: () => void): AsyncGenerator<string> {
  try {
    yield* items;
    if (fail !== undefined) throw fail;
  } finally {
    onLeave?.();
  }
}

describe("lineStream", () => {
  it("sends each line as a chunk of its own, ended by a line feed", async () => {
    const chunks: string[] = [];
    for await (const chunk of await lineStream(lines(["head", "rows", "tail"]))) chunks.push(new TextDecoder().decode(chunk));
    expect(chunks).toEqual(["head\n", "rows\n", "tail\n"]);
  });

  it("rejects before there is a stream when the first line fails, so that the answer can be a problem", async () => {
    await expect(lineStream(lines([], new Error("no rights")))).rejects.toThrow("no rights");
  });

  it("breaks the stream off when a later line fails, so that it has no tail", async () => {
    const reader = (await lineStream(lines(["head"], new Error("late")))).getReader();
    await reader.read();
    await expect(reader.read()).rejects.toThrow("late");
  });

  it("ends the reading when the browser leaves", async () => {
    let hasLeft = false;
    const stream = await lineStream(
      lines(["head", "rows"], undefined, () => {
        hasLeft = true;
      }),
    );
    await stream.cancel();
    expect(hasLeft).toBe(true);
  });
});
