import { expect, it } from "vitest";
import { en } from "./en";

function names(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => [name, ...names(child)]);
}

it("names no text with a dot, because a dot is a step of the path to it", () => {
  expect(names(en).filter((name) => name.includes("."))).toEqual([]);
});

function texts(node: unknown): string[] {
  if (typeof node === "string") return [node];
  return typeof node !== "object" || node === null ? [] : Object.values(node).flatMap(texts);
}

it("spells cancelled one way; the value of Azure's API, which has one l, is no word of a screen", () => {
  expect(texts(en).filter((text) => /cancel(ed|ing)\b/i.test(text))).toEqual([]);
  expect(texts(en).filter((text) => /cancelled/i.test(text)).length).toBeGreaterThan(0);
});
