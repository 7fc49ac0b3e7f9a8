import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

/** One store for all portals to copy: three quarters of a portal's first start are the making of it. Gives what ends the run. */
export default async function setUp(): Promise<() => Promise<void>> {
  const args = ["--import", "./scripts/register.mjs", "e2e/support/make-store.ts"];
  const { stdout: folder } = await promisify(execFile)(process.execPath, args);
  process.env.E2E_STORE = folder;
  return () => rm(folder, { recursive: true, force: true });
}
