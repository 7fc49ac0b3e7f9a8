import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBrokenReferences } from "./check-doc-refs.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "docs-"));
  mkdirSync(join(root, "docs/decisions"), { recursive: true });
  mkdirSync(join(root, "lib/domain"), { recursive: true });
  writeFileSync(join(root, "lib/domain/clouds.ts"), "");
  writeFileSync(join(root, "docs/security.md"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

function broken(text: string, document = "docs/architecture.md"): string[] {
  writeFileSync(join(root, document), text);
  return findBrokenReferences(root).broken.map(({ document: from, line, path }) => `${from}:${line} ${path}`);
}

describe("document references", () => {
  it("finds a path in code text and a link that do not exist, with document and line", () => {
    expect(broken("first\n`lib/domain/gone.ts` and [x](gone.md)")).toEqual([
      "docs/architecture.md:2 gone.md",
      "docs/architecture.md:2 lib/domain/gone.ts",
    ]);
  });

  it.each([
    "`lib/domain/clouds.ts`",
    "`lib/domain/clouds.ts:12`",
    "`lib/domain`",
    "[s](security.md)",
    "[s](security.md#tokens)",
    "[up](../lib/domain/clouds.ts)",
    "[web](https://example.com/gone.md) and [here](#gone)",
    "`lib/*/gone.ts` and `lib/<feature>/gone.ts`",
    "`npm run gone`",
    "```\nlib/domain/gone.ts `lib/domain/gone.ts`\n```",
  ])("takes %s", (text) => expect(broken(text)).toEqual([]));

  it("resolves links of a decision from its own folder", () => {
    expect(broken("[s](../security.md) [s](security.md)", "docs/decisions/0001-x.md")).toEqual([
      "docs/decisions/0001-x.md:1 security.md",
    ]);
  });
});
