import { describe, expect, it } from "vitest";
import type { Database } from "@/lib/db/database";
import { perStore } from "./per-store";

const store = () => ({}) as Database;

describe("what is remembered beside a store", () => {
  it("is the same for everybody who has the same store", () => {
    const of = perStore(() => new Map<string, number>());
    const db = store();
    of(db).set("a", 1);
    expect(of(db).get("a")).toBe(1);
  });

  it("is empty beside another store", () => {
    const of = perStore(() => new Map<string, number>());
    of(store()).set("a", 1);
    expect([...of(store())]).toEqual([]);
  });

  it("is apart from what another use case remembers beside it", () => {
    const db = store();
    const one = perStore(() => new Map<string, number>());
    const other = perStore(() => new Map<string, number>());
    one(db).set("a", 1);
    expect([...other(db)]).toEqual([]);
  });
});
