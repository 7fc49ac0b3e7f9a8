import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";

/** Top-level names that make a piece of code text in a document a path of this repository. */
const TOP_LEVEL =
  /^(app|bench|components|docs|e2e|emulator|lib|messages|public|scripts)\/|^(boundaries\.mjs|proxy\.ts|instrumentation(-client|-node)?\.ts|package\.json|biome\.json|next\.config\.ts|README\.md|CHANGELOG\.md|LICENSE)$/;
/** Patterns, placeholders and generated folders stand for many files or for none in a fresh clone. */
const NOT_ONE_FILE = /[*<>{}|$ ]|\.\.\.|\/results(\/|$)/;

export type BrokenReference = { document: string; line: number; path: string };

type Reference = { path: string; line: number; relative: boolean };

function withoutFences(text: string): string[] {
  let inFence = false;
  return text.split("\n").map((line) => {
    if (line.trimStart().startsWith("```")) {
      inFence = !inFence;
      return "";
    }
    return inFence ? "" : line;
  });
}

function referencesOf(text: string): Reference[] {
  return withoutFences(text).flatMap((content, index) => {
    const line = index + 1;
    const links = [...content.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const codes = [...content.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
    const linked = links
      .filter((link) => !/^([a-z]+:|#|\/)/i.test(link))
      .map((link) => ({ path: link.split("#")[0] ?? "", line, relative: true }));
    const named = codes
      .map((code) => code.replace(/:\d+$/, ""))
      .filter((code) => TOP_LEVEL.test(code) && !NOT_ONE_FILE.test(code))
      .map((path) => ({ path, line, relative: false }));
    return [...linked, ...named].filter(({ path }) => path !== "");
  });
}

function documentsOf(root: string): string[] {
  const folders = ["docs", "docs/decisions"].flatMap((folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => posix.join(folder, name)) : [],
  );
  const single = ["README.md", "CHANGELOG.md", "emulator/README.md"].filter((path) => existsSync(join(root, path)));
  return [...single, ...folders.filter((path) => path.endsWith(".md"))];
}

/** Paths that the documents name but that do not exist. */
export function findBrokenReferences(root: string): { documents: number; references: number; broken: BrokenReference[] } {
  const documents = documentsOf(root);
  let references = 0;
  const broken = documents.flatMap((document) =>
    referencesOf(readFileSync(join(root, document), "utf8")).flatMap(({ path, line, relative }) => {
      references += 1;
      const base = relative ? join(root, dirname(document)) : root;
      return existsSync(join(base, path)) ? [] : [{ document, line, path }];
    }),
  );
  return { documents: documents.length, references, broken };
}

if (process.argv[1] === import.meta.filename) {
  const { documents, references, broken } = findBrokenReferences(resolve(import.meta.dirname, ".."));
  for (const { document, line, path } of broken) process.stderr.write(`${document}:${line}  ${path} does not exist\n`);
  process.stdout.write(`doc references: ${references} in ${documents} documents, ${broken.length} broken\n`);
  if (broken.length > 0) process.exitCode = 1;
}
