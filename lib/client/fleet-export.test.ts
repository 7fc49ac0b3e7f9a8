import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GRID_COLUMNS } from "./fleet-columns";
import { csvCell, type ExportInput, exportName, toCsv, toJson } from "./fleet-export";
import {
  FIXTURE_NOW_MS,
  fixtureCertificates,
  fixtureCompleteness,
  fixtureFleet,
  fixtureHead,
  fixtureRows,
  fixtureTail,
} from "./fleet-fixture";
import { EMPTY_QUERY, FleetStore } from "./fleet-store";

function input(changes: Partial<ExportInput> = {}): ExportInput {
  const machines = fixtureFleet(20);
  const store = new FleetStore();
  for (const message of [fixtureHead(20), fixtureRows(machines), fixtureCertificates(machines), fixtureTail(20)])
    store.apply(message);
  const query = { ...EMPTY_QUERY, nowMs: FIXTURE_NOW_MS, filters: { region: ["eastus"] } };
  store.query(query, 0, 1);
  const whole = fixtureCompleteness(20);
  return {
    rows: store.exportRows("view"),
    columns: ["name", "certificate", "region"],
    query,
    completeness: { machines: whole, certificates: whole, extensions: whole },
    which: "view",
    asOf: "2026-11-21T12:00:00.000Z",
    ...changes,
  };
}

const problem = { type: "t", title: "x", status: 403, code: "forbidden", detail: "Not allowed to read", traceId: "" } as const;
const partly = { ...fixtureCompleteness(3, false), missing: [{ source: "arm", label: "Subscription X", problem }] };

describe("CSV", () => {
  it("holds the rows of the view in their order and only the columns shown, with the resource id", () => {
    const data = input();
    const lines = toCsv(data).trimEnd().split("\r\n");
    const table = lines.filter((line) => !line.startsWith("#") && !line.startsWith("\uFEFF") && !line.startsWith('"#'));
    expect(table[0]).toBe("Machine,Certificate,Region,Resource id");
    expect(table.slice(1).map((line) => line.split(",")[0])).toEqual(data.rows.map((row) => row.name));
    expect(table.slice(1).every((line) => line.includes("eastus"))).toBe(true);
  });

  it("says that it is complete, and when not, what is missing and why", () => {
    expect(toCsv(input())).toContain("# Complete: yes");
    const whole = fixtureCompleteness(1);
    const text = toCsv(input({ completeness: { machines: partly, certificates: whole, extensions: whole } }));
    expect(text).toContain("# Complete: no");
    expect(text).toContain("# Missing: Subscription X: Not allowed to read");
  });

  it("never calls a list complete that has not been read to its end", () => {
    expect(toCsv(input({ completeness: null }))).toContain("# Complete: no");
  });

  it.each(["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\r=x"])("does not let a spreadsheet run %j", (text) => {
    expect(csvCell(text).replace(/^"/, "").startsWith("'")).toBe(true);
  });

  it("keeps one row per machine whatever a name holds", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cell = csvCell(text);
        const inner = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(inner === text || inner === `'${text}`).toBe(true);
        if (!cell.startsWith('"')) expect(/[",\r\n]/.test(cell)).toBe(false);
      }),
    );
  });
});

describe("JSON", () => {
  it("parses, carries the same header and the values of every column", () => {
    const parsed = JSON.parse(toJson(input({ columns: GRID_COLUMNS })));
    expect(parsed.export).toMatchObject({ complete: true, which: "view", filters: { region: ["eastus"] } });
    expect(parsed.machines.length).toBe(parsed.export.rows);
    expect(Object.keys(parsed.machines[0])).toEqual(["id", ...GRID_COLUMNS]);
    expect(parsed.machines[0].certificate.endsAt).toMatch(/^20\d\d-.*Z$/);
  });
});

describe("file name", () => {
  it("has no character that a file system refuses", () => {
    expect(exportName("csv", FIXTURE_NOW_MS)).toBe("arcwarden-machines-2026-11-21T120000Z.csv");
  });
});
