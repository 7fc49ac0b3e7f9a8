import { describe, expect, it } from "vitest";
import { parseClockSpanMs, readRetryAfterMs } from "./retry-after";

const NOW = new Date("2023-11-27T09:04:50Z");

function answer(headers: Record<string, string>, bodyText = "", status = 429) {
  return { status, bodyText, headers: { get: (name: string) => headers[name] } };
}

describe("readRetryAfterMs", () => {
  it.each([
    ["seconds", answer({ "retry-after": "17" }), 17_000],
    ["zero seconds", answer({ "retry-after": "0" }), 0],
    ["an HTTP date", answer({ "retry-after": "Mon, 27 Nov 2023 09:05:20 GMT" }), 30_000],
    ["an HTTP date that has passed", answer({ "retry-after": "Mon, 27 Nov 2023 09:04:00 GMT" }), 0],
    ["milliseconds", answer({ "x-ms-retry-after-ms": "250", "retry-after": "1" }), 250],
    ["seconds on a 503", answer({ "retry-after": "3" }, "", 503), 3_000],
    ["Resource Graph's quota header", answer({ "x-ms-user-quota-resets-after": "00:00:04" }), 4_000],
    [
      "the UTC time inside the recorded sentence",
      answer(
        {},
        "You have reached the limit of allowed 'GetOperationStatus' API calls.Please retry after '2023-11-27T09:04:57.0000000Z' UTC.",
      ),
      7_000,
    ],
    ["nothing", answer({}), null],
    ["a header that is neither", answer({ "retry-after": "soon" }), null],
    ["a sentence on another status", answer({}, "Please retry after '2023-11-27T09:04:57.0000000Z' UTC.", 500), null],
  ])("reads %s", (_name, given, expected) => {
    expect(readRetryAfterMs(given, NOW)).toBe(expected);
  });
});

describe("parseClockSpanMs", () => {
  it.each([
    ["00:00:05", 5_000],
    ["01:02:03", 3_723_000],
    ["00:00:05.25", 5_000],
    ["5", null],
    ["", null],
    [undefined, null],
  ])("reads %s as %s ms", (text, expected) => {
    expect(parseClockSpanMs(text)).toBe(expected);
  });
});
