import { expect, it } from "vitest";
import { en } from "./en";

function names(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => [name, ...names(child)]);
}

it("names no text with a dot, because a dot is a step of the path to it", () => {
  expect(names(en).filter((name) => name.includes("."))).toEqual([]);
});
