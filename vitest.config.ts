import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "@": root.replace(/\/$/, ""), "server-only": `${root}scripts/empty-module.mjs` };

export default defineConfig({
  test: {
    // The default leaves one core of two idle.
    maxWorkers: "100%",
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{lib,components,messages,scripts,app,emulator}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.contract.test.ts", "lib/jobs/**", "lib/db/**", "**/*.jobs.test.ts", "**/node_modules/**"],
          environment: "node",
          setupFiles: ["scripts/test-setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "contract",
          include: ["**/*.contract.test.ts"],
          exclude: ["**/node_modules/**"],
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
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
