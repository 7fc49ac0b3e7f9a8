import { describe, expect, it } from "vitest";
import { type AccessExport, accessCsv, accessExportHeader, accessExportName, accessJson } from "./access-export";
import { FIXTURE_AS_OF, fixtureAccessCompleteness } from "./access-fixture";

type Row = { name: string; count: number };

const INPUT: AccessExport<Row> = {
  list: "Machines",
  rows: [
    { name: "srv-1", count: 3 },
    { name: '=cmd("x")', count: 0 },
  ],
  columns: [
    { id: "name", title: "Machine", text: (row) => row.name },
    { id: "signIn", title: "Sign in, now", text: (row) => row.count },
  ],
  query: { lane: "now" },
  asOf: FIXTURE_AS_OF,
  completeness: fixtureAccessCompleteness(2),
  incomplete: [],
};

const lines = (text: string) => text.replace("\uFEFF", "").trimEnd().split("\r\n");

describe("files of access", () => {
  it("say first what they hold, as of when, whether whole and for which question", () => {
    expect(lines(accessCsv(INPUT)).slice(0, 3)).toEqual([
      `"# Arcwarden Machines: 2 rows, as of ${FIXTURE_AS_OF}"`,
      "# Complete: yes",
      '"# Query: {""lane"":""now""}"',
    ]);
  });

  it("hold one line per row under the titles, and no cell that runs as a formula", () => {
    expect(lines(accessCsv(INPUT)).slice(3)).toEqual(['Machine,"Sign in, now"', "srv-1,3", '"\'=cmd(""x"")",0']);
  });

  it("are never called complete when an input is missing, and name it", () => {
    const partial = { ...INPUT, incomplete: [{ source: "groups", at: "g", label: "Ops", reason: "forbidden" } as const] };
    expect(accessExportHeader(partial)).toMatchObject({
      complete: false,
      missing: [{ source: "groups", label: "Ops", reason: "forbidden" }],
    });
    expect(lines(accessCsv(partial))[2]).toBe("# Missing: groups: Ops: forbidden");
  });

  it.each([null, fixtureAccessCompleteness(2, false)])("are never called complete when the read was not (%#)", (completeness) => {
    expect(accessExportHeader({ ...INPUT, completeness }).complete).toBe(false);
  });

  it("keep numbers as numbers in JSON, under the same columns", () => {
    const parsed: unknown = JSON.parse(accessJson(INPUT));
    expect(parsed).toMatchObject({ export: { rows: 2, complete: true }, rows: [{ name: "srv-1", signIn: 3 }, { signIn: 0 }] });
  });

  it("have names that sort by time", () => {
    expect(accessExportName("people", "csv", Date.parse("2026-11-21T12:00:01.500Z"))).toBe(
      "arcwarden-access-people-2026-11-21T120001Z.csv",
    );
  });
});
