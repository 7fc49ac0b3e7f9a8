import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { setup } from "../../scripts/test-folder.ts";

/**
 * One store for all portals to copy: three quarters of a portal's first start are the making of it. Stores and the browsers'
 * files lie where those of the other tests do. Gives what ends the run.
 */
export default async function setUp(): Promise<() => void> {
  const removeFolder = setup();
  const args = ["--import", "./scripts/register.mjs", "e2e/support/make-store.ts"];
  const { stdout: store } = await promisify(execFile)(process.execPath, args);
  process.env.E2E_STORE = store;
  process.env.TMPDIR = process.env.ARCWARDEN_TEST_FOLDER;
  return removeFolder;
}
