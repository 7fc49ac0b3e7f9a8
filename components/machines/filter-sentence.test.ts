import { describe, expect, it } from "vitest";
import { FACETS } from "@/lib/client/fleet-columns";
import { DEFAULT_COLUMNS, type GridUrlState } from "@/lib/client/url-state";
import { describedChoice, filterSentence } from "./filter-sentence";

const none = Object.fromEntries(FACETS.map((id) => [id, []])) as unknown as Pick<GridUrlState, (typeof FACETS)[number]>;
const url = (part: Partial<GridUrlState>): GridUrlState =>
  ({
    q: "",
    lapse: null,
    disagreement: false,
    sort: [],
    columns: [...DEFAULT_COLUMNS],
    density: "compact",
    ...none,
    ...part,
  }) as GridUrlState;
const subscriptions = [{ id: "S1", name: "Production" }];

describe("why these machines were chosen", () => {
  it("names search and every filter in words", () => {
    const sentence = filterSentence(url({ q: " ams ", signIn: ["notInstalled"], subscription: ["s1"] }), subscriptions);
    expect(sentence).toContain("search “ams”");
    expect(sentence).toContain("Production");
    expect(sentence).not.toContain("notInstalled");
  });

  it("says that there was no filter", () => {
    expect(filterSentence(url({}), [])).toBe("no filter");
  });

  it("is one line that fits, however long the filter is", () => {
    const text = describedChoice(7, "view", `a\nb${"c".repeat(900)}`, true);
    expect(text).toMatch(/^7 machines shown in the grid: a bc+\.\.\.$/);
    expect(text.length).toBeLessThan(500);
  });

  it("says that the list was not whole when these were all of it", () => {
    expect(describedChoice(7, "view", "no filter", false)).toBe("7 machines shown in the grid, not all could be read: no filter");
  });

  it("counts a selection without the filter, which it may reach beyond", () => {
    expect(describedChoice(1, "selection", "x", true)).toBe("1 machine selected in the grid");
  });
});
