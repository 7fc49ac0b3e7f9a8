import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixtureFleet, fixtureHead, fixtureRows, fixtureTail } from "./fleet-fixture";
import { FleetReader } from "./fleet-reader";

const bytes = (text: string) => new TextEncoder().encode(text);
const STREAM = [fixtureHead(3), fixtureRows(fixtureFleet(3)), fixtureTail(3)];
const TEXT = `${STREAM.map((message) => JSON.stringify({ ...message, note: "größer – 大" })).join("\n")}\n`;

describe("reading the stream", () => {
  it("gives the same messages however the bytes are cut, also inside a character", () => {
    const whole = bytes(TEXT);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const reader = new FleetReader();
        const edges = [0, ...[...cuts].sort((a, b) => a - b), whole.length];
        const found = edges.slice(1).flatMap((end, i) => reader.push(whole.slice(edges[i], end)));
        expect([...found, ...reader.finish()]).toEqual(
          TEXT.trim()
            .split("\n")
            .map((line) => JSON.parse(line)),
        );
      }),
    );
  });

  it("reads a last line without its line end", () => {
    const reader = new FleetReader();
    expect(reader.push(bytes(JSON.stringify(fixtureTail(1))))).toEqual([]);
    expect(reader.finish()).toEqual([fixtureTail(1)]);
  });

  it.each([["<html>502</html>\n"], ['{"type":"surprise"}\n'], ["null\n"], ['{"type":"rows","coun\n']])(
    "calls %j broken",
    (text) => {
      expect(new FleetReader().push(bytes(text))[0]).toMatchObject({ type: "broken" });
    },
  );

  it("forgets an unfinished line when a new stream begins", () => {
    const reader = new FleetReader();
    reader.push(bytes('{"type":"he'));
    reader.reset();
    expect(reader.push(bytes(`${JSON.stringify(fixtureHead(1))}\n`))).toEqual([fixtureHead(1)]);
  });
});
