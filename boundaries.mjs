/**
 * Who may import whom. The single source of the layer rules: `scripts/check-boundaries.ts` enforces it for static,
 * type-only, re-exported and dynamic imports, by alias or by relative path.
 *
 * A layer is a path prefix. The longest prefix that matches a file decides its layer. A layer may always import itself,
 * except components/<feature>, where one feature may never import another.
 */
export const layers = {
  app: [
    "components",
    "components/ui",
    "lib/http",
    "lib/services",
    "lib/client",
    "lib/auth",
    "lib/config",
    "lib/domain",
    "messages",
  ],
  components: ["components/ui", "lib/client", "lib/config", "lib/domain", "messages"],
  "components/ui": ["lib/client", "lib/domain", "messages"],
  "lib/http": ["lib/auth", "lib/metrics", "lib/config", "lib/domain"],
  "lib/services": ["lib/azure", "lib/jobs", "lib/db", "lib/auth", "lib/metrics", "lib/config", "lib/domain"],
  "lib/jobs": ["lib/db", "lib/config", "lib/domain"],
  "lib/azure": ["lib/metrics", "lib/config", "lib/domain"],
  "lib/db": ["lib/config", "lib/domain"],
  "lib/auth": ["lib/metrics", "lib/config", "lib/domain"],
  "lib/metrics": [],
  "lib/client": ["lib/config", "lib/domain", "messages"],
  "lib/config": ["lib/domain"],
  "lib/domain": [],
  messages: ["lib/domain"],
  emulator: [],
  scripts: ["lib/services", "lib/db", "lib/config", "lib/domain"],
  // Measurements steer local Azure through its control API, as browser tests do; the portal itself never may.
  bench: ["lib/client", "lib/domain", "emulator"],
};

/** Files at the top level that start the program and therefore may compose any layer. */
export const composers = ["instrumentation.ts", "instrumentation-client.ts", "instrumentation-node.ts", "proxy.ts"];

/** Modules that lib/domain may never import, in any form: it must not see the clock, the platform or a framework. */
export const forbiddenInDomain = [
  /^node:/,
  /^next(\/|$)/,
  /^react(\/|$|-)/,
  /^@azure\//,
  /^server-only$/,
  /^pg$/,
  /^drizzle-orm/,
];
