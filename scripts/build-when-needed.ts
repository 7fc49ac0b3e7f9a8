import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Everything that ends up in the build. A change elsewhere (tests, local Azure, documents) needs no new one. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "messages",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "instrumentation-node.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
];
const HASH_FILE = "arcwarden-source-hash";

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .flatMap((name) => filesOf(join(path, name)));
}

/** A digest of the names and contents of all sources of the build. */
export function sourceHash(root: string): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesOf(join(root, source))) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

export function isBuilt(root: string, distDir: string): boolean {
  const stamp = join(root, distDir, HASH_FILE);
  if (!existsSync(join(root, distDir, "BUILD_ID")) || !existsSync(stamp)) return false;
  return readFileSync(stamp, "utf8") === sourceHash(root);
}

/** Builds the portal unless the last build is of exactly these sources. Returns false when the build failed. */
export function buildWhenNeeded(root: string, distDir: string, say: (text: string) => void): boolean {
  if (isBuilt(root, distDir)) return true;
  say("Building the portal (about half a minute, only when something changed)...");
  const hash = sourceHash(root);
  const next = join(root, "node_modules/next/dist/bin/next");
  const result = spawnSync(process.execPath, [next, "build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NEXT_DIST_DIR: distDir },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nThe portal could not be built.\n`);
    return false;
  }
  writeFileSync(join(root, distDir, HASH_FILE), hash);
  return true;
}
