import { describe, expect, it } from "vitest";
import { ACTION_ENTRIES, findEntries, offeredEntries, PAGE_ENTRIES } from "./palette-actions";

const found = (query: string) => findEntries([...PAGE_ENTRIES, ...ACTION_ENTRIES], query).map((entry) => entry.id);

describe("command palette", () => {
  it("[E07] finds enabling Entra sign-in by the old name Azure AD login", () => {
    expect(found("Azure AD login")).toContain("enable-sign-in");
    expect(found("AADLogin")).toContain("enable-sign-in");
    expect(found("azure active directory log in")).toContain("sign-in-failed");
  });

  it("[E07] finds the machines page by the old name Arc enabled servers", () => {
    expect(found("Arc enabled servers")).toContain("page-machines");
  });

  it("finds machines without identity by the old name MSI", () => {
    expect(found("msi missing")).toContain("no-identity");
  });

  it("shows everything for an empty query and nothing for words that are nowhere", () => {
    expect(found("  ")).toHaveLength(PAGE_ENTRIES.length + ACTION_ENTRIES.length);
    expect(found("zebra")).toEqual([]);
  });

  it("names everything once, so that nothing is found twice", () => {
    const entries = [...PAGE_ENTRIES, ...ACTION_ENTRIES];
    for (const name of ["id", "label"] as const) expect(new Set(entries.map((entry) => entry[name])).size).toBe(entries.length);
    for (const words of ["roll out sign-in many machines", "upgrade linux", "bulk canary"])
      expect(found(words)).toEqual(["rollout-new"]);
  });

  it("finds the questions to the history by their words", () => {
    expect(found("who had access date")).toEqual(["history-on"]);
    expect(found("weekly report")).toEqual(["history-report"]);
  });

  it("offers what only auditors may open to nobody else", () => {
    const offered = (seesAll: boolean) => offeredEntries(ACTION_ENTRIES, seesAll).map(({ id }) => id);
    const all = ACTION_ENTRIES.map(({ id }) => id);
    expect(offered(true)).toEqual(all);
    expect(offered(false)).toEqual(all.filter((id) => id !== "history-on" && id !== "history-report"));
  });

  it("needs every word, in any order", () => {
    expect(found("theme dark")).toEqual(["dark"]);
    expect(found("dark zebra")).toEqual([]);
  });
});
