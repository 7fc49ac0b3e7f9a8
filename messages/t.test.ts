import { describe, expect, it } from "vitest";
import { en } from "./en";
import { hasMessage, t, tDynamic } from "./t";

function leaves(node: unknown, path: string[] = []): { path: string; text: string }[] {
  if (typeof node === "string") return [{ path: path.join("."), text: node }];
  if (typeof node !== "object" || node === null) return [{ path: path.join("."), text: "" }];
  return Object.entries(node).flatMap(([key, child]) => leaves(child, [...path, key]));
}

describe("messages", () => {
  it("fills values and writes numbers in the form of the locale", () => {
    expect(t("common.completeness.partial", { received: 1200, expected: 100000 })).toBe("1,200 of 100,000 loaded");
  });

  it("chooses the singular for exactly one and the plural for zero and many", () => {
    expect(t("common.machines", { count: 1 })).toBe("1 machine");
    expect(t("common.machines", { count: 0 })).toBe("0 machines");
    expect(t("common.machines", { count: 2500 })).toBe("2,500 machines");
  });

  it("shows a key without a text as it is, and leaves a placeholder without a value visible", () => {
    expect(tDynamic("nowhere.at.all")).toBe("nowhere.at.all");
    expect(tDynamic("common.completeness.asOf")).toBe("as of {time}");
  });

  it("does not read through the prototype", () => {
    expect(tDynamic("common.constructor.name")).toBe("common.constructor.name");
    expect(hasMessage("common.toString")).toBe(false);
  });

  it("knows every text by its dotted key and none is empty", () => {
    const all = leaves(en);
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((leaf) => leaf.text.trim() === "").map((leaf) => leaf.path)).toEqual([]);
  });

  it("gives both forms of a plural the same placeholders, so that no value is lost", () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    const all = new Map(leaves(en).map((leaf) => [leaf.path, leaf.text]));
    for (const [path, text] of all) {
      if (!path.endsWith(".one")) continue;
      const other = all.get(path.replace(/\.one$/, ".other")) ?? "";
      expect(new Set([...names(text), "count"]), path).toEqual(new Set([...names(other), "count"]));
    }
  });
});
