// Lets plain Node run the portal's TypeScript: resolves the "@/" alias, extensionless imports and "server-only".
import { existsSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolvePath(dirname(fileURLToPath(import.meta.url)), "..");

function withExtension(path) {
  for (const candidate of [path, `${path}.ts`, `${path}.tsx`, `${path}.mjs`, `${path}/index.ts`]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return pathToFileURL(candidate).href;
  }
  return null;
}

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return { url: pathToFileURL(`${root}/scripts/empty-module.mjs`).href, shortCircuit: true };
    let path = null;
    if (specifier.startsWith("@/")) path = `${root}/${specifier.slice(2)}`;
    else if (specifier.startsWith(".") && context.parentURL?.startsWith("file:")) {
      path = resolvePath(dirname(fileURLToPath(context.parentURL)), specifier);
    }
    const url = path === null ? null : withExtension(path);
    return url === null ? next(specifier, context) : { url, shortCircuit: true };
  },
});
