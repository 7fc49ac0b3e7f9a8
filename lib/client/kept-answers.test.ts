import { describe, expect, it } from "vitest";
import { FACETS } from "./fleet-columns";
import type { FacetEntry, FleetRow } from "./fleet-types";
import { keepFacets, keepRows } from "./kept-answers";

const row = (index: number, status: string) => ({ index, name: `srv-${index}`, status }) as FleetRow;

describe("keepRows", () => {
  it("keeps the object of a row that is as it was, at its place only", () => {
    const known = keepRows(new Map(), 10, [row(1, "Connected"), row(2, "Connected"), row(3, "Connected")]);
    const next = keepRows(known, 10, [row(1, "Connected"), row(2, "Expired"), row(4, "Connected"), row(3, "Connected")]);
    expect([...next.keys()]).toEqual([10, 11, 12, 13]);
    expect(next.get(10)).toBe(known.get(10));
    expect(next.get(11)?.status).toBe("Expired");
    expect(next.get(12)?.index).toBe(4);
    expect(next.get(13)).not.toBe(known.get(12));
  });
});

describe("keepFacets", () => {
  const facets = (status: FacetEntry[]) => ({ ...Object.fromEntries(FACETS.map((id) => [id, []])), status }) as never;
  const of = (...counts: number[]): FacetEntry[] => counts.map((count, at) => ({ value: `v${at}`, count }));

  it.each([
    ["the same values and counts", of(3, 1), true],
    ["another count", of(3, 2), false],
    ["a value more", of(3, 1, 0), false],
    ["a value fewer", of(3), false],
  ])("knows %s", (_, entries, isKept) => {
    const before = of(3, 1);
    const kept = keepFacets(facets(before), facets(entries));
    expect(kept.status).toEqual(entries);
    expect(kept.status === before).toBe(isKept);
  });
});
