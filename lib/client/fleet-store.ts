import type { FleetMessage } from "@/lib/domain/fleet-wire";
import type { Horizon } from "@/lib/domain/horizon";
import { fleetCounts, fleetFacts, fleetHorizon, isDisagreement } from "./fleet-facts";
import { type FilterResult, filterRows } from "./fleet-filter";
import { narrows, searchRows, searchTokens } from "./fleet-search";
import { FleetSelection } from "./fleet-selection";
import { FleetOrder } from "./fleet-sort";
import { FleetTable } from "./fleet-table";
import type { FleetCounts, FleetQuery, FleetRow, FleetView, SelectionSummary } from "./fleet-types";

const DAY_MINUTES = 1_440;
const DEFAULT_SORT = [{ column: "name", descending: false }] as const;

export const EMPTY_QUERY: FleetQuery = { search: "", filters: {}, lapse: null, disagreement: false, sort: [], nowMs: 0 };

/** How the selection changes: positions are those of the present view, the end included. */
export type SelectionChange =
  | { kind: "set"; position: number; selected: boolean }
  | { kind: "range"; from: number; to: number; selected: boolean }
  | { kind: "all" }
  | { kind: "none" };

export type FoundMachine = { id: string; name: string; resourceGroup: string; status: string };

/**
 * The whole fleet in the browser. Holds no React and no clock, so it runs the same in a worker, on the main thread, in a
 * test and in a benchmark.
 */
export class FleetStore {
  readonly table = new FleetTable();
  readonly #order = new FleetOrder(this.table);
  readonly #selection = new FleetSelection();
  readonly #subscriptions = new Map<string, string>();
  #version = 0;
  #searchCache: { version: number; tokens: string[]; rows: Uint32Array } | null = null;
  #view: { version: number; query: FleetQuery; rows: Uint32Array; result: FilterResult } | null = null;

  get version(): number {
    return this.#version;
  }

  /** Takes one message of the stream. Progress changes nothing here. */
  apply(message: FleetMessage): void {
    switch (message.type) {
      case "head":
        this.table.beginRead();
        for (const item of message.subscriptions) this.#subscriptions.set(item.id.toLowerCase(), item.name);
        break;
      case "rows":
        this.table.append(message);
        break;
      case "certificates":
        this.table.joinCertificates(message);
        break;
      case "extensions":
        this.table.joinExtensions(message);
        break;
      case "tail":
        this.table.endRead({
          machines: message.machines.complete,
          extensions: message.extensions.complete,
          removed: message.removed,
        });
        this.#dropDeadSelection();
        break;
      case "progress":
        return;
    }
    this.#version += 1;
  }

  #dropDeadSelection(): void {
    for (const row of this.#selection.rows()) if (this.table.isAlive[row] !== 1) this.#selection.set(row, false);
  }

  #search(search: string): Uint32Array {
    const tokens = searchTokens(search);
    const cache = this.#searchCache;
    const reusable = cache !== null && cache.version === this.#version && narrows(cache.tokens, tokens);
    if (reusable && narrows(tokens, cache.tokens)) return cache.rows;
    const rows = searchRows(this.table, tokens, this.#subscriptions, reusable ? cache.rows : null);
    this.#searchCache = { version: this.#version, tokens, rows };
    return rows;
  }

  #viewOf(query: FleetQuery): { rows: Uint32Array; result: FilterResult } {
    const known = this.#view;
    if (known !== null && known.version === this.#version && known.query === query) return known;
    const found = this.#search(query.search);
    const result = filterRows(this.table, fleetFacts(this.table), query, found);
    const order = this.#order.permutation(query.sort.length === 0 ? DEFAULT_SORT : query.sort, this.#version);
    const rows = new Uint32Array(result.shown);
    let count = 0;
    for (const row of order) if (result.pass[row] === 1) rows[count++] = row;
    this.#view = { version: this.#version, query, rows, result };
    return this.#view;
  }

  /** Applies a query and gives its figures with the rows of one window, so that one keystroke is one round trip. */
  query(query: FleetQuery, from: number, size: number): FleetView {
    const { rows, result } = this.#viewOf(query);
    const start = Math.max(0, Math.min(from, rows.length - 1));
    return {
      version: this.#version,
      total: this.table.alive,
      shown: rows.length,
      facets: result.facets,
      kpis: result.kpis,
      selection: this.#selectionSummary(rows),
      from: start,
      rows: this.#decode(rows.subarray(start, start + size), query.nowMs),
    };
  }

  /** Rows of the present view by position. */
  rows(from: number, size: number): FleetRow[] {
    if (this.#view === null) return [];
    return this.#decode(this.#view.rows.subarray(from, from + size), this.#view.query.nowMs);
  }

  #decode(rows: Uint32Array, nowMs: number): FleetRow[] {
    const facts = fleetFacts(this.table);
    return Array.from(rows, (row) =>
      this.#row(row, Math.floor(nowMs / 60_000), isDisagreement(facts, row, Math.floor(nowMs / 60_000))),
    );
  }

  #row(row: number, nowMinute: number, disagreement: boolean): FleetRow {
    const { table } = this;
    const end = table.times("certificateEnd")[row] ?? -1;
    const subscriptionId = table.text("subscriptionId", row);
    return {
      index: row,
      selected: this.#selection.has(row),
      id: table.ids[row] ?? "",
      name: table.names[row] ?? "",
      status: table.text("status", row),
      identityKind: table.text("identityKind", row),
      principalId: table.text("principalId", row),
      osFamily: table.text("osFamily", row),
      os: table.text("os", row),
      osVersion: table.text("osVersion", row),
      agentVersion: table.text("agentVersion", row),
      subscriptionId,
      subscriptionName: this.#subscriptions.get(subscriptionId.toLowerCase()) ?? subscriptionId,
      resourceGroup: table.text("resourceGroup", row),
      location: table.text("location", row),
      domainName: table.text("domainName", row),
      joinState: table.text("joinState", row),
      kind: table.text("kind", row),
      configMode: table.text("configMode", row),
      computerName: table.text("computerName", row),
      tags: table.text("tags", row),
      lastStatusChange: table.times("lastStatusChange")[row] ?? -1,
      certificateState: table.text("certificateState", row),
      certificateStart: table.times("certificateStart")[row] ?? -1,
      certificateEnd: end,
      estimateFrom: table.times("estimateFrom")[row] ?? -1,
      estimateTo: table.times("estimateTo")[row] ?? -1,
      daysLeft: end < 0 ? null : Math.floor((end - nowMinute) / DAY_MINUTES),
      disagreement,
      extensionState: table.text("extensionState", row),
      extensionType: table.text("extensionType", row),
      extensionName: table.text("extensionName", row),
      extensionVersion: table.text("extensionVersion", row),
      extensionExitCode: table.text("extensionExitCode", row),
      extensionMdmId: table.text("extensionMdmId", row),
    };
  }

  select(change: SelectionChange): SelectionSummary {
    const rows = this.#view?.rows ?? new Uint32Array(0);
    switch (change.kind) {
      case "set": {
        const row = rows[change.position];
        if (row !== undefined) this.#selection.set(row, change.selected);
        break;
      }
      case "range": {
        const [first, last] = change.from <= change.to ? [change.from, change.to] : [change.to, change.from];
        for (const row of rows.subarray(Math.max(0, first), last + 1)) this.#selection.set(row, change.selected);
        break;
      }
      case "all":
        for (const row of rows) this.#selection.set(row, true);
        break;
      case "none":
        this.#selection.clear();
    }
    return this.#selectionSummary(rows);
  }

  #selectionSummary(view: Uint32Array): SelectionSummary {
    const { count } = this.#selection;
    if (count === 0) return { count: 0, hidden: 0, allShown: false, single: null };
    let shown = 0;
    for (const row of view) if (this.#selection.has(row)) shown += 1;
    const [only] = count === 1 ? [...this.#selection.rows()] : [];
    const single = only === undefined ? null : { id: this.table.ids[only] ?? "", name: this.table.names[only] ?? "" };
    return { count, hidden: count - shown, allShown: view.length > 0 && shown === view.length, single };
  }

  /** Every row of the view, or the selected rows in the order of the view followed by selected rows it hides. */
  exportRows(which: "view" | "selection"): FleetRow[] {
    const view = this.#view;
    if (view === null) return [];
    if (which === "view") return this.#decode(view.rows, view.query.nowMs);
    const shown = view.rows.filter((row) => this.#selection.has(row));
    const inView = new Set(shown);
    const hidden = [...this.#selection.rows()].filter((row) => !inView.has(row));
    return this.#decode(Uint32Array.from([...shown, ...hidden]), view.query.nowMs);
  }

  counts(nowMs: number): FleetCounts {
    return fleetCounts(this.table, nowMs);
  }

  horizon(nowMs: number): Horizon {
    return fleetHorizon(this.table, nowMs);
  }

  /** Machines for the command palette: names that begin with the text first, then names that hold it. */
  find(text: string, limit: number): FoundMachine[] {
    const tokens = searchTokens(text);
    if (tokens.length === 0) return [];
    const rows = searchRows(this.table, tokens, this.#subscriptions, null);
    const first = tokens[0] ?? "";
    const rank = (row: number) => {
      const at = (this.table.names[row] ?? "").toLowerCase().indexOf(first);
      return at === 0 ? 0 : at > 0 ? 1 : 2;
    };
    const best: number[][] = [[], [], []];
    for (const row of rows) {
      const group = best[rank(row)];
      if (group !== undefined && group.length < limit) group.push(row);
      if (best[0]?.length === limit) break;
    }
    return best
      .flat()
      .slice(0, limit)
      .map((row) => ({
        id: this.table.ids[row] ?? "",
        name: this.table.names[row] ?? "",
        resourceGroup: this.table.text("resourceGroup", row),
        status: this.table.text("status", row),
      }));
  }

  unconfirmed(): number {
    return this.table.unconfirmed();
  }
}
