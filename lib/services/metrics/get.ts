import "server-only";
import type { ServerConfig } from "@/lib/config/env";
import type { Database } from "@/lib/db/database";
import { portalMetrics } from "@/lib/metrics/portal-metrics";
import { processFamilies } from "@/lib/metrics/process-metrics";
import { Family, metricsText } from "@/lib/metrics/registry";
import { storeFamilies } from "./store-families";

/** GET /api/metrics: Prometheus' text. Holds numbers only: no name of a person, a machine or a tenant. */
export async function getMetrics(args: { config: ServerConfig; db: Database; startedAt: Date }): Promise<string> {
  const info = new Family("gauge", "arcwarden_build_info", "1; the labels say what runs.");
  const { config } = args;
  info.set({ version: config.version, node: process.version, cloud: config.cloud.id, mode: config.mode }, 1);
  return metricsText([
    info,
    ...processFamilies(args.startedAt),
    ...portalMetrics().families(),
    ...(await storeFamilies(args.db)),
  ]);
}
