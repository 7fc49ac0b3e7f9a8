import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isBuilt, sourceHash } from "./build-when-needed.ts";

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "build-"));
  write("app/page.tsx", "page");
  write("lib/a.ts", "a");
});
afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ["a changed source", () => write("lib/a.ts", "b")],
  ["a new source", () => write("components/x.tsx", "x")],
  ["a moved source", () => write("lib/b.ts", "a")],
  ["a changed lock file", () => write("package-lock.json", "{}")],
])("wants a new build after %s", (_what, change) => {
  const before = sourceHash(root);
  change();
  expect(sourceHash(root)).not.toBe(before);
});

it.each([
  ["a test", "lib/a.test.ts"],
  ["local Azure", "emulator/main.ts"],
  ["a document", "docs/x.md"],
])("needs no new build after a change of %s", (_what, path) => {
  const before = sourceHash(root);
  write(path, "changed");
  expect(sourceHash(root)).toBe(before);
});

it("trusts a build only when it is complete and of exactly these sources", () => {
  expect(isBuilt(root, ".next")).toBe(false);
  write(".next/BUILD_ID", "x");
  expect(isBuilt(root, ".next")).toBe(false);
  write(".next/arcwarden-source-hash", sourceHash(root));
  expect(isBuilt(root, ".next")).toBe(true);
  write("app/page.tsx", "changed");
  expect(isBuilt(root, ".next")).toBe(false);
});
