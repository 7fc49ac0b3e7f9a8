import { describe, expect, it } from "vitest";
import { type TreeLine, treeMove, visibleLines } from "./tree-walk";

const line = (id: string, parentId: string | null, depth: number, hasChildren: boolean): TreeLine => ({
  id,
  parentId,
  depth,
  hasChildren,
});
const LINES = [
  line("root", null, 0, true),
  line("a", "root", 1, true),
  line("a1", "a", 2, false),
  line("b", "root", 1, true),
  line("b1", "b", 2, false),
];
const NAMES: Record<string, string> = { root: "Tenant", a: "Alpha", a1: "app-1", b: "Beta", b1: "box" };
const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false });
const move = (active: string, name: string, open: string[] = ["root", "a"]) =>
  treeMove(visibleLines(LINES, new Set(open)), new Set(open), active, key(name), (id) => NAMES[id] ?? "");

describe("lines of a tree", () => {
  it("are shown when every parent is open", () => {
    const shown = (open: string[]) => visibleLines(LINES, new Set(open)).map(({ id }) => id);
    expect(shown([])).toEqual(["root"]);
    expect(shown(["root", "a"])).toEqual(["root", "a", "a1", "b"]);
    expect(shown(["a", "b"])).toEqual(["root"]);
  });
});

describe("keys in a tree", () => {
  it.each([
    ["root", "ArrowDown", { kind: "focus", id: "a" }],
    ["b", "ArrowDown", null],
    ["root", "ArrowUp", null],
    ["b", "ArrowUp", { kind: "focus", id: "a1" }],
    ["b", "Home", { kind: "focus", id: "root" }],
    ["root", "End", { kind: "focus", id: "b" }],
    ["b", "ArrowRight", { kind: "open", id: "b" }],
    ["a", "ArrowRight", { kind: "focus", id: "a1" }],
    ["a1", "ArrowRight", null],
    ["a", "ArrowLeft", { kind: "close", id: "a" }],
    ["a1", "ArrowLeft", { kind: "focus", id: "a" }],
    ["b", "ArrowLeft", { kind: "focus", id: "root" }],
    ["a1", "Enter", { kind: "choose", id: "a1" }],
    ["a1", " ", { kind: "choose", id: "a1" }],
    ["root", "a", { kind: "focus", id: "a" }],
    ["a", "A", { kind: "focus", id: "a1" }],
    ["a1", "a", { kind: "focus", id: "a" }],
    ["root", "z", null],
    ["root", "Tab", null],
    ["gone", "ArrowDown", null],
  ])("on %s, %s gives %j", (active, name, result) => {
    expect(move(active, name)).toEqual(result);
  });

  it("closes the root, which has no parent to go to", () => {
    expect(move("root", "ArrowLeft")).toEqual({ kind: "close", id: "root" });
    expect(move("root", "ArrowLeft", [])).toBeNull();
  });

  it("leaves combinations with Control, Command and Alt to the browser", () => {
    const shown = visibleLines(LINES, new Set(["root"]));
    for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
      const pressed = { ...key("ArrowDown"), [modifier]: true };
      expect(treeMove(shown, new Set(["root"]), "root", pressed, () => "")).toBeNull();
    }
  });
});
