import { SEARCHED_COLUMNS } from "./fleet-columns";
import type { FleetTable } from "./fleet-table";

/** Search text to tokens: lower case, split at white space. Every token must be found in a row. */
export function searchTokens(search: string): string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((token) => token !== "");
}

type ColumnHits = { codes: Uint32Array; hit: Uint8Array };

/** Matches a token once per dictionary entry instead of once per row; columns without any hit are left out. */
function dictionaryHits(table: FleetTable, token: string, extra: ReadonlyMap<string, string>): ColumnHits[] {
  const result: ColumnHits[] = [];
  for (const column of SEARCHED_COLUMNS) {
    const texts = table.dictionary(column).texts;
    const hit = new Uint8Array(texts.length);
    let any = false;
    for (const [code, text] of texts.entries()) {
      const label = column === "subscriptionId" ? `${text} ${extra.get(text.toLowerCase()) ?? ""}` : text;
      if (text !== "" && label.toLowerCase().includes(token)) {
        hit[code] = 1;
        any = true;
      }
    }
    if (any) result.push({ codes: table.codes(column), hit });
  }
  return result;
}

function matchesRow(table: FleetTable, hits: ColumnHits[], token: string, row: number): boolean {
  for (const column of hits) {
    if (column.hit[column.codes[row] ?? 0] === 1) return true;
  }
  if ((table.haystack[row] ?? "").includes(token)) return true;
  return token.startsWith("/") && (table.ids[row] ?? "").toLowerCase().includes(token);
}

/** The rows among `candidates` (or all rows that live) that contain every token, in row order. */
export function searchRows(
  table: FleetTable,
  tokens: readonly string[],
  subscriptionNames: ReadonlyMap<string, string>,
  candidates: Uint32Array | null,
): Uint32Array {
  const perToken = tokens.map((token) => ({ token, hits: dictionaryHits(table, token, subscriptionNames) }));
  const size = candidates === null ? table.count : candidates.length;
  const found = new Uint32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    const row = candidates === null ? i : (candidates[i] ?? 0);
    if (table.isAlive[row] !== 1) continue;
    let all = true;
    for (const { token, hits } of perToken) {
      if (!matchesRow(table, hits, token, row)) {
        all = false;
        break;
      }
    }
    if (all) found[count++] = row;
  }
  return found.subarray(0, count);
}

/** True when every row found by `next` must be among those found by `previous`. */
export function narrows(previous: readonly string[], next: readonly string[]): boolean {
  return previous.every((token) => next.some((candidate) => candidate.includes(token)));
}
