import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composers, forbiddenInDomain, layers } from "../boundaries.mjs";
import { findViolations } from "./check-boundaries.ts";
import { importsOf } from "./import-scanner.ts";

const law = { layers, composers, forbiddenInDomain };
let root: string;

function plant(files: Record<string, string>): string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findViolations(root, law).violations.map(({ file, line, message }) => `${file}:${line} ${message}`);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "boundaries-"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("layer rules catch a planted violation of each kind", () => {
  const up = "lib/domain may not import lib/azure";
  it.each([
    ["static import by alias", 'import { a } from "@/lib/azure/ports";'],
    ["static import by relative path", 'import { a } from "../azure/ports";'],
    ["type-only import", 'import type { A } from "@/lib/azure/ports";'],
    ["inline type import", 'import { type A } from "@/lib/azure/ports";'],
    ["side-effect import", 'import "@/lib/azure/ports";'],
    ["re-export", 'export { a } from "@/lib/azure/ports";'],
    ["type re-export", 'export type { A } from "../azure/ports";'],
    ["star re-export", 'export * from "@/lib/azure/ports";'],
    ["dynamic import", 'export const load = () => import("@/lib/azure/ports");'],
    ["dynamic import by template", "export const load = () => import(`@/lib/azure/ports`);"],
    ["import type query", 'export type A = import("@/lib/azure/ports").A;'],
    ["require", 'const a = require("../azure/ports");'],
    ["worker address", 'export const url = new URL("../azure/ports.ts", import.meta.url);'],
    ["import spread over lines", 'import {\n  a,\n  b,\n} from "@/lib/azure/ports";'],
    ["import after a regular expression with a quote", 'const r = /["\']/;\nimport { a } from "@/lib/azure/ports";'],
    ["import inside a template hole", ["const x = `$", '{await import("@/lib/azure/ports")}`;'].join("")],
  ])("%s", (_kind, source) => {
    const found = plant({ "lib/domain/rule.ts": source });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(up);
  });

  it("names the line of the import", () => {
    expect(plant({ "lib/domain/rule.ts": 'export const a = 1;\n\nimport "@/lib/azure/ports";\n' })[0]).toMatch(
      /^lib\/domain\/rule\.ts:3 /,
    );
  });

  it("refuses one component feature to another, by alias and by relative path", () => {
    const found = plant({
      "components/machines/grid.tsx": 'import { A } from "../audit/table";',
      "components/audit/table.tsx": 'import type { B } from "@/components/machines/grid";',
    });
    expect(found).toHaveLength(2);
    expect(found.join()).toContain("components/machines may not import components/audit");
  });

  it("refuses product components to the primitives of components/ui", () => {
    expect(plant({ "components/ui/button.tsx": 'import "@/components/machines/grid";' })).toHaveLength(1);
  });

  it.each(["node:fs", "next/headers", "react", "@azure/identity", "server-only", "pg", "drizzle-orm/pg-core"])(
    "refuses %s in lib/domain",
    (specifier) => {
      expect(plant({ "lib/domain/rule.ts": `import "${specifier}";` })[0]).toContain(`lib/domain may not import ${specifier}`);
    },
  );

  it("refuses local Azure to the portal and the portal to local Azure", () => {
    const found = plant({
      "lib/azure/arm.ts": 'import { w } from "@/emulator/world/types";',
      "emulator/arm/routes.ts": 'import type { Machine } from "../../lib/domain/machine.ts";',
    });
    expect(found).toHaveLength(2);
  });

  it("refuses a computed import where the name decides the layer", () => {
    expect(plant({ "lib/services/run.ts": "export const load = (name: string) => import(name);" })[0]).toContain("computed name");
  });

  it("refuses a file of 401 lines and takes one of 400", () => {
    const lines = (count: number) => "export {};\n".repeat(count);
    const found = plant({ "lib/http/long.ts": lines(401), "lib/http/full.ts": lines(400), "lib/http/long.test.ts": lines(900) });
    expect(found).toEqual([expect.stringContaining("lib/http/long.ts:400 401 lines")]);
  });
});

describe("layer rules let pass what the table allows", () => {
  it.each([
    ["a layer importing itself", "lib/azure/a.ts", 'import "./b";'],
    ["components importing the primitives", "components/machines/a.tsx", 'import "@/components/ui/button";'],
    ["a feature importing itself", "components/machines/a.tsx", 'import "./b";'],
    ["a contract test importing local Azure", "lib/azure/a.contract.test.ts", 'import "../../emulator/core/start.ts";'],
    ["a composer importing any layer", "instrumentation-node.ts", 'import "@/lib/services/runtime";'],
    ["a package", "lib/azure/a.ts", 'import "@azure/core-rest-pipeline";'],
    ["an import inside a comment", "lib/domain/a.ts", '// import "@/lib/azure/ports";\n/* from "@/lib/azure/ports" */'],
    ["an import inside a text", "lib/domain/a.ts", "export const a = 'import \"@/lib/azure/ports\"';"],
    ["an apostrophe in JSX text", "components/machines/a.tsx", "export const A = () => <p>don't</p>;\nimport './b';"],
    ["a method called import", "lib/azure/a.ts", "client.import(key);"],
    ["from as a name", "lib/domain/a.ts", 'export const a = { from: "@/lib/azure/ports" };'],
  ])("%s", (_what, file, source) => {
    expect(plant({ [file]: source })).toEqual([]);
  });
});

it("ends with exit code 1 and names the breach when the tree is wrong", () => {
  const source = join(import.meta.dirname);
  for (const name of ["check-boundaries.ts", "import-scanner.ts"]) cpSync(join(source, name), join(root, "scripts", name));
  cpSync(join(source, "../boundaries.mjs"), join(root, "boundaries.mjs"));
  mkdirSync(join(root, "lib/domain"), { recursive: true });
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "lib/domain/rule.ts"), 'import "@/lib/azure/ports";');
  const run = () =>
    execFileSync(process.execPath, [join(root, "scripts/check-boundaries.ts")], { stdio: "pipe", encoding: "utf8" });
  expect(run).toThrowError(/lib\/domain may not import lib\/azure/);
});

it("finds every import of a file in order", () => {
  const source = 'import a from "a";\nexport * from "b";\nconst c = await import("c");\ntype D = import("d").D;\n';
  expect(importsOf(source).map(({ specifier }) => specifier)).toEqual(["a", "b", "c", "d"]);
});
