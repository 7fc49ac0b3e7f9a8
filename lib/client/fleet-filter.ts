import { FACET_COLUMN, FACETS, type FacetId } from "./fleet-columns";
import { type FleetFacts, horizonReader, isDisagreement, lapsesIn } from "./fleet-facts";
import type { FleetTable } from "./fleet-table";
import type { FacetEntry, FleetKpis, FleetQuery } from "./fleet-types";

const FACET_LIMIT = 60;
const BLOCKED_BY_OTHER = -1;
const PASSES = -2;

type FacetState = { id: FacetId; codes: Uint32Array; allowed: Uint8Array | null; counts: Uint32Array };

export type FilterResult = { pass: Uint8Array; shown: number; facets: Record<FacetId, FacetEntry[]>; kpis: FleetKpis };

function allowedCodes(table: FleetTable, id: FacetId, values: readonly string[] | undefined): Uint8Array | null {
  if (values === undefined || values.length === 0) return null;
  const dictionary = table.dictionary(FACET_COLUMN[id]);
  const allowed = new Uint8Array(dictionary.size);
  for (const value of values) {
    const code = dictionary.codeOf(value);
    if (code >= 0) allowed[code] = 1;
  }
  return allowed;
}

/** Index of the only facet that refuses the row, or one of the two marks above. */
function blockingFacet(states: readonly FacetState[], row: number): number {
  let blocker = PASSES;
  for (let i = 0; i < states.length; i++) {
    const state = states[i];
    if (state === undefined || state.allowed === null || state.allowed[state.codes[row] ?? 0] === 1) continue;
    if (blocker !== PASSES) return BLOCKED_BY_OTHER;
    blocker = i;
  }
  return blocker;
}

function increment(counts: Uint32Array, code: number): void {
  counts[code] = (counts[code] ?? 0) + 1;
}

function entries(table: FleetTable, state: FacetState, selected: readonly string[]): FacetEntry[] {
  const dictionary = table.dictionary(FACET_COLUMN[state.id]);
  const list: FacetEntry[] = [];
  for (let code = 0; code < state.counts.length; code++) {
    const count = state.counts[code] ?? 0;
    if (count > 0 || state.allowed?.[code] === 1) list.push({ value: dictionary.text(code), count });
  }
  for (const value of selected) {
    if (dictionary.codeOf(value) < 0) list.push({ value, count: 0 });
  }
  list.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  if (list.length <= FACET_LIMIT) return list;
  const chosen = new Set(selected);
  return [...list.slice(0, FACET_LIMIT), ...list.slice(FACET_LIMIT).filter((entry) => chosen.has(entry.value))];
}

function countKpis(facts: FleetFacts, kpis: FleetKpis, row: number): void {
  kpis.machines += 1;
  const status = facts.statusCodes[row] ?? 0;
  if (status === facts.connectedCode) kpis.connected += 1;
  switch (facts.stateCodes[row] ?? 0) {
    case facts.expiredCode:
      kpis.expired += 1;
      break;
    case facts.criticalCode:
      kpis.critical += 1;
      break;
    case facts.stuckCode:
      kpis.renewalStuck += 1;
  }
}

/**
 * One pass over the rows the search found: marks those that pass every filter, and counts each facet over the rows that
 * pass all other filters, so that a facet shows what choosing it would give.
 */
export function filterRows(table: FleetTable, facts: FleetFacts, query: FleetQuery, found: Uint32Array): FilterResult {
  const states: FacetState[] = FACETS.map((id) => ({
    id,
    codes: table.codes(FACET_COLUMN[id]),
    allowed: allowedCodes(table, id, query.filters[id]),
    counts: new Uint32Array(table.dictionary(FACET_COLUMN[id]).size),
  }));
  const pass = new Uint8Array(table.count);
  const kpis: FleetKpis = { machines: 0, connected: 0, renewalStuck: 0, critical: 0, expired: 0 };
  const nowMinute = Math.floor(query.nowMs / 60_000);
  const horizonRow = horizonReader(table);
  for (const row of found) {
    if (query.lapse !== null && !lapsesIn(horizonRow(row), query.lapse, query.nowMs)) continue;
    if (query.disagreement && !isDisagreement(facts, row, nowMinute)) continue;
    const blocker = blockingFacet(states, row);
    if (blocker === BLOCKED_BY_OTHER) continue;
    if (blocker === PASSES) {
      pass[row] = 1;
      countKpis(facts, kpis, row);
      for (const state of states) increment(state.counts, state.codes[row] ?? 0);
    } else {
      const state = states[blocker];
      if (state !== undefined) increment(state.counts, state.codes[row] ?? 0);
    }
  }
  const facets = {} as Record<FacetId, FacetEntry[]>;
  for (const state of states) facets[state.id] = entries(table, state, query.filters[state.id] ?? []);
  return { pass, shown: kpis.machines, facets, kpis };
}
