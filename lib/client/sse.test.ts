import { describe, expect, it } from "vitest";
import { SseParser } from "./sse";

const parse = (...pieces: string[]) => {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe("SseParser", () => {
  it("reads an event with name, id and several data lines", () => {
    expect(parse("event: state\nid: 7\ndata: a\ndata: b\n\n")).toEqual([{ event: "state", data: "a\nb", id: "7" }]);
  });

  it.each(["\n", "\r\n", "\r"])("takes %j as line end", (end) => {
    expect(parse(`data: a${end}${end}data: b${end}${end}x`).map(({ data }) => data)).toEqual(["a", "b"]);
  });

  it("reads an event cut at every possible place", () => {
    const text = 'event: state\r\ndata: {"a":1}\r\n\r\n';
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(parse(text.slice(0, cut), text.slice(cut), ": end\n")).toEqual([{ event: "state", data: '{"a":1}', id: null }]);
    }
  });

  it("leaves out comments and events without data", () => {
    expect(parse(": heartbeat\n\nevent: x\n\ndata:y\n\n")).toEqual([{ event: "message", data: "y", id: null }]);
  });

  it("keeps everything after the first space of a value", () => {
    expect(parse("data:  two spaces: and a colon\n\n")[0]?.data).toBe(" two spaces: and a colon");
  });
});
