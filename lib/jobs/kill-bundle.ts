import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** The script of a process that is killed, with all that it imports, as one file: loading its sources takes half a second. */

/** Always the same name: what Node compiles of a file it keeps by the file's name. */
const FOLDER = join("node_modules", ".cache", "arcwarden-kill");

async function bundle(script: string): Promise<string> {
  const root = process.cwd();
  const build = await rolldown({
    cwd: root,
    input: script,
    platform: "node",
    external: ["pg-native"],
    resolve: { alias: { "@": root, "server-only": join(root, "scripts/empty-module.mjs") } },
  });
  const { output } = await build.generate({ format: "esm", codeSplitting: false });
  await build.close();
  const file = join(FOLDER, script.replaceAll("/", "-").replace(/\.ts$/, ".mjs"));
  if (existsSync(file) && readFileSync(file, "utf8") === output[0].code) return file;
  mkdirSync(FOLDER, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, output[0].code);
  renameSync(fresh, file);
  return file;
}

const made = new Map<string, Promise<string>>();

/** Where the one file of a script of the repository lies. It is made again by every test run, and once in a run. */
export function bundledScript(script: string): Promise<string> {
  const file = made.get(script) ?? bundle(script);
  made.set(script, file);
  return file;
}
