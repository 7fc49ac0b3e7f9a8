import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

// Only the tests of the access engine, and few random cases per mutant: thousands of mutants are tried.
process.env.ACCESS_PROPERTY_SCALE ??= "0.003";

export default defineConfig({
  resolve: { alias: { "@": root.replace(/\/$/, "") } },
  test: {
    include: ["lib/domain/access/**/*.test.ts"],
    exclude: ["**/inputs-codec.test.ts", "**/*.contract.test.ts"],
    environment: "node",
  },
});
