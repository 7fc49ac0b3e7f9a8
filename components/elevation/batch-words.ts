import type { ElevationBatch } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";

const TOLD = ["refused", "failed", "waiting", "stepUp", "unknown"] as const;

/** "18 of 20 done, 1 refused, 1 waiting". */
export function summaryWords({ counts, items }: Pick<ElevationBatch, "counts" | "items">): string {
  return [
    t("elevation.batch.summary", { done: counts.done, count: items.length }),
    ...TOLD.filter((state) => counts[state] > 0).map((state) => t(`elevation.batch.counts.${state}`, { count: counts[state] })),
  ].join(", ");
}
