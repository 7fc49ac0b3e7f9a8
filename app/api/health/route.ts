import type { Health } from "@/lib/domain/api";
import { publicRoute } from "@/lib/http/route";

export const dynamic = "force-dynamic";

export const GET = publicRoute(
  ({ runtime }): Health => ({
    alive: true,
    version: runtime.config.version,
    node: process.version,
    startedAt: runtime.startedAt.toISOString(),
  }),
);
