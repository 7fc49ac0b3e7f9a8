import { describe, expect, it } from "vitest";
import { daysWords, statusWords } from "./fleet-cells";
import type { FleetRow } from "./fleet-types";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");
const NOW_MINUTE = NOW_MS / 60_000;

type Part = Pick<FleetRow, "daysLeft" | "certificateEnd" | "certificateState" | "estimateFrom" | "estimateTo">;

function words(part: Partial<Part>): string {
  const row: Part = { daysLeft: null, certificateEnd: -1, certificateState: "", estimateFrom: -1, estimateTo: -1, ...part };
  return daysWords(row as FleetRow, NOW_MS);
}

function ending(days: number, hours: number, certificateState: string): Partial<Part> {
  return { daysLeft: days, certificateEnd: NOW_MINUTE + days * 1_440 + hours * 60, certificateState };
}

describe("days left in a cell of the grid", () => {
  it.each([
    ["whole days", ending(87, 5, "ok"), "87 d"],
    ["the 45th day of a machine that is not due yet, with its hours", ending(45, 21, "ok"), "45 d 21 h"],
    ["the 45th day to the minute", ending(45, 0, "ok"), "45 d"],
    ["the 45th day of a machine that is due", ending(45, 0, "renewal-window"), "45 d"],
    ["the last day, in hours", ending(0, 8, "critical"), "8 h"],
    ["the last hour", ending(0, 0, "critical"), "0 h"],
    ["an end that has passed", ending(-6, 0, "expired"), "6 d ago"],
  ])("says %s", (_name, part, text) => {
    expect(words(part)).toBe(text);
  });

  it.each([
    ["a range", 12, 57, "12 to 57 d"],
    ["a range that has begun, without a negative number", -34, 11, "up to 11 d"],
    ["a range that is over", -60, -15, "15 d ago"],
  ])("says of an estimate %s", (_name, from, to, text) => {
    expect(words({ estimateFrom: NOW_MINUTE + from * 1_440, estimateTo: NOW_MINUTE + to * 1_440 })).toBe(text);
  });

  it("says nothing where nothing is known", () => {
    expect(words({})).toBe("");
  });
});

describe("Azure's status", () => {
  it.each([
    ["AwaitingConnection", "Awaiting connection"],
    ["Connected", "Connected"],
    ["", "Not reported"],
    ["Hibernating", "Hibernating"],
    ["constructor", "constructor"],
  ])("%o is shown as %o", (status, words) => {
    expect(statusWords(status)).toBe(words);
  });
});
