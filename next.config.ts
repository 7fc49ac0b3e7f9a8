import type { NextConfig } from "next";

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // Both find files of their own beside their code, which a bundle would move.
  serverExternalPackages: ["@electric-sql/pglite", "pg"],
  // tsc checks the whole repository in its own stage (npm run types); a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  // A lockfile in a parent folder would otherwise be taken for the project's root.
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
