import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkNodeVersion } from "./node-version.ts";

const root = join(import.meta.dirname, "..");

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const problem = checkNodeVersion(process.version);
if (problem !== null) refuse(problem);

const distDir = process.env.NEXT_DIST_DIR ?? ".next";
if (!existsSync(join(root, distDir, "BUILD_ID"))) {
  refuse('The portal is not built. Run "npm run build" first, or "npm run demo", which builds when needed.');
}

const port = process.env.PORT ?? "3000";
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) refuse(`PORT is "${port}". Set it to a port number from 0 to 65535.`);

process.chdir(root);
// Next's own handler exits before our store has closed; the portal ends itself (instrumentation-node.ts).
Object.assign(process.env, { NEXT_MANUAL_SIG_HANDLE: "true", NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
// The demo is for this computer only; a real portal is reached through its load balancer.
const isLocal = process.env.ARCWARDEN_MODE === "local" || (process.env.LOCAL_AZURE_ORIGIN ?? "") !== "";
const host = process.env.HOST ?? (isLocal ? "127.0.0.1" : "0.0.0.0");
process.argv = [process.execPath, "next", "start", "--port", port, "--hostname", host];
const next = join(root, "node_modules/next/dist/bin/next");
await import(next);
