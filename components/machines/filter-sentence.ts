import { FACETS } from "@/lib/client/fleet-columns";
import { formatDate } from "@/lib/client/format";
import type { GridUrlState } from "@/lib/client/url-state";
import { t } from "@/messages/t";
import { facetWords } from "./facet-words";

/** A roll-out stores the sentence with its list, so it must fit. */
const LONGEST = 480;

/** Search and filters of the grid in one line, for whoever reads later why these machines were chosen. */
export function filterSentence(url: GridUrlState, subscriptions: readonly { id: string; name: string }[]): string {
  const parts = FACETS.flatMap((id) =>
    url[id].length === 0
      ? []
      : [`${t(`machines.facet.${id}`)}: ${url[id].map((value) => facetWords(id, value, subscriptions)).join(", ")}`],
  );
  if (url.q.trim() !== "") parts.unshift(t("rolloutWizard.entry.search", { text: url.q.trim() }));
  if (url.lapse !== null) {
    const { fromMinute, toMinute } = url.lapse;
    parts.push(t("machines.facet.lapse", { from: formatDate(fromMinute * 60_000), to: formatDate(toMinute * 60_000 - 1) }));
  }
  if (url.disagreement) parts.push(t("machines.facet.disagreement"));
  return parts.length === 0 ? t("rolloutWizard.entry.noFilter") : parts.join("; ");
}

/** What was chosen in the grid: how many, and for rows that a filter shows the filter. */
export function describedChoice(count: number, which: "view" | "selection", filters: string, complete: boolean): string {
  if (which === "selection") return t("rolloutWizard.entry.describedSelection", { count });
  const shown = t("rolloutWizard.entry.describedShown", { count });
  const what = complete ? shown : t("rolloutWizard.entry.describedPartial", { what: shown });
  const text = t("rolloutWizard.entry.described", { what, filters });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a search may hold what no sentence should.
  const line = text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
