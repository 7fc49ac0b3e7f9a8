import { describe, expect, it } from "vitest";
import { keepFiltersWhileLeaving } from "./leaving-address";

const NEXT = { __NA: true };

/** A browser's history: `next` notes what reaches Next, `written` what was written past it. */
function fakeHistory() {
  const next: string[] = [];
  const written: { state: unknown; url: string }[] = [];
  const write = (_state: unknown, _mark: string, url?: string | URL | null) => void next.push(String(url));
  const history = { state: NEXT, replaceState: write, pushState: write } as unknown as History;
  const native = {
    replaceState: (state: unknown, _mark: string, url?: string | URL | null) => void written.push({ state, url: String(url) }),
  } as unknown as History;
  return { history, native, next, written };
}

describe("keepFiltersWhileLeaving", () => {
  it("writes filters past Next into the entry that is being left", () => {
    const { history, native, next, written } = fakeHistory();
    keepFiltersWhileLeaving(history, native);
    history.replaceState(null, "__nuqs__", "/machines?q=a");
    expect(next).toEqual([]);
    expect(written).toEqual([{ state: NEXT, url: "/machines?q=a" }]);
  });

  it.each(["pushState", "replaceState"] as const)("ends with the entry of the new page by %s, however often it began", (name) => {
    const { history, native, next, written } = fakeHistory();
    const { replaceState, pushState } = history;
    keepFiltersWhileLeaving(history, native);
    keepFiltersWhileLeaving(history, native);
    history[name](NEXT, "", "/machines/one");
    expect([history.replaceState, history.pushState]).toEqual([replaceState, pushState]);
    history.replaceState(null, "__nuqs__", "/machines?q=b");
    expect(next).toEqual(["/machines/one", "/machines?q=b"]);
    expect(written).toEqual([]);
  });

  it("lets what others write pass while the page is being left", () => {
    const { history, native, next } = fakeHistory();
    keepFiltersWhileLeaving(history, native);
    history.replaceState(null, "", "#part");
    history.pushState(null, "", "/other");
    history.replaceState(null, "__nuqs__", "/machines?q=a");
    expect(next).toEqual(["#part", "/other"]);
  });
});
