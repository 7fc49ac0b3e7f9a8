import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, resolve } from "node:path";
import { composers, forbiddenInDomain, layers } from "../boundaries.mjs";
import { importsOf } from "./import-scanner.ts";

export type Law = { layers: Record<string, string[]>; composers: string[]; forbiddenInDomain: RegExp[] };
export type Violation = { file: string; line: number; message: string };

const MAX_LINES = 400;
const SOURCE = /\.(ts|tsx|mjs|mts)$/;
const TEST = /\.test\.tsx?$/;
/** Tables of facts may be long: they are read by searching, not from top to bottom. */
const DATA = /(-data|\.generated)\.ts$|(^|\/)(data|specs)\/|^messages\//;
const SKIPPED_FOLDERS = new Set(["node_modules", "specs", "results"]);
const ALWAYS_SCANNED = ["e2e"];

function sourceFiles(root: string, folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    if (SKIPPED_FOLDERS.has(entry.name) || entry.name.startsWith(".")) return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

function layerOf(path: string, law: Law): string | null {
  const matching = Object.keys(law.layers).filter((layer) => path === layer || path.startsWith(`${layer}/`));
  return matching.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Path inside the repository that a specifier means; null for a package. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith("@/")) return posix.normalize(specifier.slice(2));
  if (specifier.startsWith(".")) return posix.normalize(posix.join(posix.dirname(file), specifier));
  return null;
}

function featureOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function judgePackage(layer: string | null, specifier: string, law: Law): string | null {
  if (layer !== "lib/domain") return null;
  const forbidden = law.forbiddenInDomain.some((pattern) => pattern.test(specifier));
  return forbidden ? `lib/domain may not import ${specifier}: rules stay free of platform and framework` : null;
}

function judgePath(file: string, layer: string, target: string, law: Law): string | null {
  const targetLayer = layerOf(target, law);
  if (target.startsWith("..")) return `${target} lies outside the repository`;
  if (targetLayer === null) return null;
  if (layer === "components" && targetLayer === "components") {
    const [own, other] = [featureOf(file), featureOf(target)];
    return own === other ? null : `components/${own} may not import components/${other}: features do not know each other`;
  }
  // Local Azure is the other side of a contract test; no code that ships may know it.
  if (targetLayer === "emulator" && layer !== "emulator" && TEST.test(file)) return null;
  if (targetLayer === layer || law.layers[layer]?.includes(targetLayer) === true) return null;
  return `${layer} may not import ${targetLayer} (${target})`;
}

function judgeFile(root: string, file: string, law: Law): Violation[] {
  const source = readFileSync(join(root, file), "utf8");
  const layer = law.composers.includes(file) ? null : layerOf(file, law);
  const violations: Violation[] = [];
  const lines = source.split("\n").length - (source.endsWith("\n") ? 1 : 0);
  if (lines > MAX_LINES && !TEST.test(file) && !DATA.test(file)) {
    violations.push({ file, line: MAX_LINES, message: `${lines} lines, more than ${MAX_LINES}: split it by reason to change` });
  }
  if (layer === null) return violations;
  for (const found of importsOf(source)) {
    const message = judgeImport(file, layer, found.specifier, law);
    if (message !== null) violations.push({ file, line: found.line, message });
  }
  return violations;
}

function judgeImport(file: string, layer: string, specifier: string | null, law: Law): string | null {
  if (specifier === null) {
    const mayCompute = layer === "scripts" || layer === "emulator" || layer === "bench" || TEST.test(file);
    return mayCompute ? null : "an import with a computed name cannot be checked: name the module";
  }
  const target = targetOf(file, specifier);
  return target === null ? judgePackage(layer, specifier, law) : judgePath(file, layer, target, law);
}

/** Every breach of the layer rules and of the file size below `root`, in path order. */
export function findViolations(root: string, law: Law): { files: number; violations: Violation[] } {
  const folders = [...new Set([...Object.keys(law.layers).map((layer) => layer.split("/")[0] ?? layer), ...ALWAYS_SCANNED])];
  const present = law.composers.filter((file) => existsSync(join(root, file)));
  const files = [...folders.flatMap((folder) => sourceFiles(root, folder)), ...present].sort();
  return { files: files.length, violations: files.flatMap((file) => judgeFile(root, file, law)) };
}

function main(): void {
  const root = resolve(import.meta.dirname, "..");
  const { files, violations } = findViolations(root, { layers, composers, forbiddenInDomain });
  for (const { file, line, message } of violations)
    process.stderr.write(`${relative(process.cwd(), join(root, file))}:${line}  ${message}\n`);
  process.stdout.write(`boundaries: ${files} files, ${violations.length} violations\n`);
  if (violations.length > 0) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) main();
