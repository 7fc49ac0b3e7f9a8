import type { FleetCounts } from "@/lib/client/fleet-types";
import { pages } from "@/lib/config/routes";

export type AttentionId =
  | "expired"
  | "critical"
  | "renewalStuck"
  | "disagreement"
  | "identityMissing"
  | "signInFailed"
  | "atRisk";
export type AttentionItem = { id: AttentionId; count: number; tone: "bad" | "warn"; href: string };

const ITEMS: readonly Omit<AttentionItem, "count">[] = [
  { id: "expired", tone: "bad", href: `${pages.machines()}?certificate=expired` },
  { id: "critical", tone: "bad", href: `${pages.machines()}?certificate=critical` },
  { id: "renewalStuck", tone: "warn", href: `${pages.machines()}?certificate=renewal-stuck` },
  { id: "disagreement", tone: "warn", href: `${pages.machines()}?disagreement=true` },
  { id: "identityMissing", tone: "bad", href: `${pages.machines()}?identity=None` },
  { id: "signInFailed", tone: "bad", href: `${pages.machines()}?signIn=failed,canceled` },
  { id: "atRisk", tone: "warn", href: `${pages.machines()}?certificate=at-risk` },
];

/** What needs somebody, most urgent first, with the address of exactly the machines counted. */
export function attentionItems(counts: FleetCounts): { open: AttentionItem[]; clear: AttentionItem[] } {
  const items = ITEMS.map((item) => ({ ...item, count: counts[item.id] }));
  return { open: items.filter((item) => item.count > 0), clear: items.filter((item) => item.count === 0) };
}
