import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { tDynamic } from "@/messages/t";

const PAGES = globSync("app/**/page.tsx").concat("app/not-found.tsx").sort();
/** Shown for the moment of a sign-in. */
const PASSING = "app/auth/redirect/page.tsx";

const titleOf = (path: string) => /title: t\("([^"]+)"/.exec(readFileSync(path, "utf8"))?.[1] ?? null;

it("gives every page a title of its own in the tab of the browser", () => {
  const keys = PAGES.filter((path) => path !== PASSING).map((path) => [path, titleOf(path)] as const);
  expect(keys.length).toBeGreaterThan(25);
  expect(keys.filter(([, key]) => key === null)).toEqual([]);
  const titles = keys.map(([, key]) => tDynamic(key ?? "", { name: "X" }));
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});
