import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "@": root.replace(/\/$/, ""), "server-only": `${root}scripts/empty-module.mjs` };

const PURE = ["lib/domain", "messages", "emulator", "scripts"];

export default defineConfig({
  test: {
    // The default leaves one core of two idle.
    maxWorkers: "100%",
    projects: [
      {
        resolve: { alias },
        test: {
          // Pure functions keep nothing between tests, so their files may share a worker: half the time.
          name: "unit-pure",
          include: PURE.map((folder) => `${folder}/**/*.test.ts`),
          exclude: ["**/*.contract.test.ts", "**/node_modules/**"],
          environment: "node",
          setupFiles: ["scripts/test-setup.ts"],
          testTimeout: 60_000,
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{lib,components,messages,scripts,app,emulator}/**/*.test.{ts,tsx}"],
          exclude: [
            "**/*.contract.test.ts",
            "lib/jobs/**",
            "lib/db/**",
            "**/*.jobs.test.ts",
            "**/node_modules/**",
            ...PURE.map((folder) => `${folder}/**`),
          ],
          environment: "node",
          setupFiles: ["scripts/test-setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          // Each file starts a local Azure of its own; its modules hold no state.
          name: "contract-emulator",
          include: ["emulator/**/*.contract.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "contract",
          include: ["**/*.contract.test.ts"],
          exclude: ["**/node_modules/**", "emulator/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "jobs",
          include: ["lib/jobs/**/*.test.ts", "lib/db/**/*.test.ts", "**/*.jobs.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 60_000,
          // A wait is a bound on an effect; a busy machine needs more than the usual second.
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
