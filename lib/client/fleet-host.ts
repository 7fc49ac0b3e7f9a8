import type { FleetMessage } from "@/lib/domain/fleet-wire";
import type { Horizon } from "@/lib/domain/horizon";
import { type FleetEvent, FleetReader } from "./fleet-reader";
import { FleetStore, type FoundMachine, type SelectionChange } from "./fleet-store";
import type { FleetCounts, FleetQuery, FleetRow, FleetView, SelectionSummary } from "./fleet-types";
import type { BrokenLine } from "./json-lines";

export type FeedResult = { events: FleetEvent[]; rowsRead: number; version: number };

/** Everything that can be asked of the fleet, wherever it lives. */
export type FleetMethods = {
  begin: () => null;
  feed: (chunk: Uint8Array) => FeedResult;
  finish: () => FeedResult;
  query: (query: FleetQuery, from: number, size: number) => FleetView;
  rows: (from: number, size: number) => FleetRow[];
  select: (change: SelectionChange) => SelectionSummary;
  exportRows: (which: "view" | "selection") => FleetRow[];
  counts: (nowMs: number) => FleetCounts;
  horizon: (nowMs: number) => Horizon;
  find: (text: string, limit: number) => FoundMachine[];
  unconfirmed: () => number;
};

export type FleetMethod = keyof FleetMethods;

/** The store with its reader, answering calls: the same object serves the worker and the main thread. */
export class FleetHost {
  readonly #store = new FleetStore();
  readonly #reader = new FleetReader();
  #rowsRead = 0;

  readonly methods: FleetMethods = {
    begin: () => {
      this.#reader.reset();
      this.#rowsRead = 0;
      return null;
    },
    feed: (chunk) => this.#take(this.#reader.push(chunk)),
    finish: () => this.#take(this.#reader.finish()),
    query: (query, from, size) => this.#store.query(query, from, size),
    rows: (from, size) => this.#store.rows(from, size),
    select: (change) => this.#store.select(change),
    exportRows: (which) => this.#store.exportRows(which),
    counts: (nowMs) => this.#store.counts(nowMs),
    horizon: (nowMs) => this.#store.horizon(nowMs),
    find: (text, limit) => this.#store.find(text, limit),
    unconfirmed: () => this.#store.unconfirmed(),
  };

  #take(messages: (FleetMessage | BrokenLine)[]): FeedResult {
    const events: FleetEvent[] = [];
    for (const message of messages) {
      if (message.type === "broken") {
        events.push(message);
        break;
      }
      this.#store.apply(message);
      if (message.type === "rows") this.#rowsRead += message.count;
      if (message.type === "head") this.#rowsRead = 0;
      if (message.type === "head" || message.type === "progress" || message.type === "tail") events.push(message);
    }
    return { events, rowsRead: this.#rowsRead, version: this.#store.version };
  }

  /** For calls that arrive as data. The method name comes from FleetMethods, so the pair fits by construction. */
  call(method: string, args: readonly unknown[]): unknown {
    return (this.methods[method as FleetMethod] as (...values: readonly unknown[]) => unknown)(...args);
  }
}
