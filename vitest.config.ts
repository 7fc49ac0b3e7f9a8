import { globSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "@": root.replace(/\/$/, ""), "server-only": `${root}scripts/empty-module.mjs` };

const ALL = globSync("{app,components,emulator,lib,messages,scripts}/**/*.test.{ts,tsx}", { cwd: root }).sort();
const CONTRACT = ALL.filter((path) => path.endsWith(".contract.test.ts"));
const JOBS = ALL.filter((path) => /^lib\/(jobs|db)\//.test(path) || path.endsWith(".jobs.test.ts"));
const UNIT = ALL.filter((path) => !CONTRACT.includes(path) && !JOBS.includes(path));

/**
 * A replaced module and a page outlive their file, so such files get a context of their own; the others share theirs. A context
 * in a worker that has jsdom already costs half of a worker of its own.
 */
const LEAVES_TRACES = /\bvi\.(mock|doMock)\(|@vitest-environment/;
const alone = (paths: string[]) => paths.filter((path) => LEAVES_TRACES.test(readFileSync(join(root, path), "utf8")));
const shared = (paths: string[]) => paths.filter((path) => !alone([path]).includes(path));

/** Kill tests wait the longest: a run that began with others would end with one of them by itself. */
class KillTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isKill = ({ moduleId }: TestSpecification) => /kill(\.jobs)?\.test\.ts$/.test(moduleId);
    return [...sorted.filter(isKill), ...sorted.filter((spec) => !isKill(spec))];
  }
}

const common = {
  environment: "node",
  setupFiles: ["scripts/test-setup.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A wait is a bound on an effect; a busy machine needs more than the usual second.
  expect: { poll: { timeout: 15_000 } },
  // What workers and the processes of kill tests load from node_modules is compiled once.
  env: { NODE_COMPILE_CACHE: join(tmpdir(), "arcwarden-compile-cache") },
};
const FOLDER = "scripts/test-folder.ts";

type Project = {
  name: string;
  include: string[];
  isolate: boolean;
  pool?: "vmThreads";
  globalSetup?: string[];
  execArgv?: string[];
};
const project = (test: Project) => ({ resolve: { alias }, test: { ...common, ...test } });

export default defineConfig({
  test: {
    // Tests wait for stores and answers: with a worker for each core a tenth of the time was idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: KillTestsFirst },
    projects: [
      project({ name: "unit", include: shared(UNIT), isolate: false }),
      project({ name: "component", include: alone(UNIT), isolate: true, pool: "vmThreads" }),
      // Their stores serve a few statements each, for which the best machine code costs more than it gives back.
      project({ name: "contract", include: CONTRACT, isolate: false, globalSetup: [FOLDER], execArgv: ["--liftoff-only"] }),
      project({ name: "jobs", include: JOBS, isolate: false, globalSetup: [FOLDER, "lib/db/testing-server.ts"] }),
    ],
  },
});
