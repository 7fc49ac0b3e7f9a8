import { describe, expect, it } from "vitest";
import { FACETS } from "@/lib/client/fleet-columns";
import {
  FIXTURE_NOW_MS,
  fixtureCertificates,
  fixtureExtensions,
  fixtureFleet,
  fixtureHead,
  fixtureRows,
  fixtureTail,
} from "@/lib/client/fleet-fixture";
import { EMPTY_QUERY, FleetStore } from "@/lib/client/fleet-store";
import type { FleetCounts } from "@/lib/client/fleet-types";
import { attentionItems } from "./attention";

function store(): FleetStore {
  const fleet = fixtureFleet(300);
  const loaded = new FleetStore();
  for (const message of [
    fixtureHead(300),
    fixtureRows(fleet),
    fixtureCertificates(fleet),
    fixtureExtensions(fleet),
    fixtureTail(300),
  ]) {
    loaded.apply(message);
  }
  return loaded;
}

describe("what needs somebody", () => {
  it("counts exactly the machines that its link shows", () => {
    const fleet = store();
    const { open } = attentionItems(fleet.counts(FIXTURE_NOW_MS));
    expect(open.length).toBeGreaterThan(3);
    for (const item of open) {
      const params = new URL(item.href, "https://portal.invalid").searchParams;
      const filters = Object.fromEntries(FACETS.flatMap((id) => (params.has(id) ? [[id, params.get(id)?.split(",")]] : [])));
      const query = { ...EMPTY_QUERY, nowMs: FIXTURE_NOW_MS, filters, disagreement: params.get("disagreement") === "true" };
      expect(fleet.query(query, 0, 1).shown, item.id).toBe(item.count);
    }
  });

  it("puts the expired first and keeps what is zero apart", () => {
    const none = Object.fromEntries(Object.keys(store().counts(0)).map((key) => [key, 0])) as FleetCounts;
    const { open, clear } = attentionItems({ ...none, atRisk: 2, expired: 1 });
    expect(open.map((item) => item.id)).toEqual(["expired", "atRisk"]);
    expect(clear).toHaveLength(5);
  });
});
