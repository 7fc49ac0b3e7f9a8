import { type CodedColumn, type GridColumn, SORT_COLUMN, TIME_COLUMNS, type TimeColumn } from "./fleet-columns";
import type { FleetTable } from "./fleet-table";
import type { FleetSort } from "./fleet-types";

const DIGITS = /\d+/g;
const DIGIT_WIDTH = 10;

/** Text that orders as people count: numbers inside compare by value, case does not matter. */
export function naturalKey(text: string): string {
  return text.toLowerCase().replace(DIGITS, (digits) => digits.padStart(DIGIT_WIDTH, "0"));
}

type Ranks = { ranks: Uint32Array; size: number };

function isTime(column: CodedColumn | TimeColumn): column is TimeColumn {
  return (TIME_COLUMNS as readonly string[]).includes(column);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Orders of the whole table, cached per sort and data version. A rank is equal for equal values; rank 0 is the smallest
 * and the last rank is "no value", which stays at the end in both directions.
 */
export class FleetOrder {
  readonly #table: FleetTable;
  #version = -1;
  readonly #permutations = new Map<string, Uint32Array>();
  #nameKeys: string[] = [];
  #nameOrder = new Uint32Array(0);

  constructor(table: FleetTable) {
    this.#table = table;
  }

  /** All rows, dead ones included, in the given order; ties by name. */
  permutation(sort: readonly FleetSort[], version: number): Uint32Array {
    if (version !== this.#version) {
      this.#permutations.clear();
      this.#version = version;
    }
    const key = sort.map((item) => `${item.column}${item.descending ? "-" : "+"}`).join();
    const cached = this.#permutations.get(key);
    if (cached !== undefined) return cached;
    let order = this.#byName();
    for (const item of [...sort].reverse()) order = this.#apply(order, item);
    this.#permutations.set(key, order);
    return order;
  }

  #apply(order: Uint32Array, item: FleetSort): Uint32Array {
    const { ranks, size } = item.column === "name" ? this.#nameRanks() : this.#ranks(item.column);
    const last = size - 1;
    const starts = new Uint32Array(size + 1);
    const bucket = (row: number) => {
      const rank = ranks[row] ?? 0;
      return item.descending && rank !== last ? last - 1 - rank : rank;
    };
    for (const row of order) starts[bucket(row) + 1] = (starts[bucket(row) + 1] ?? 0) + 1;
    for (let i = 1; i <= size; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const sorted = new Uint32Array(order.length);
    for (const row of order) {
      const at = starts[bucket(row)] ?? 0;
      sorted[at] = row;
      starts[bucket(row)] = at + 1;
    }
    return sorted;
  }

  /** Names never change for a machine id, so only rows that came since are sorted, then merged in. */
  #byName(): Uint32Array {
    const { names, count } = this.#table;
    const known = this.#nameOrder.length;
    if (known === count) return this.#nameOrder;
    const keys = this.#nameKeys;
    for (let row = known; row < count; row++) keys.push(naturalKey(names[row] ?? ""));
    const compare = (a: number, b: number) => compareText(keys[a] ?? "", keys[b] ?? "") || a - b;
    const fresh = Uint32Array.from({ length: count - known }, (_, i) => known + i).sort(compare);
    this.#nameOrder = known === 0 ? fresh : merge(this.#nameOrder, fresh, compare);
    return this.#nameOrder;
  }

  #nameRanks(): Ranks {
    const order = this.#byName();
    const ranks = new Uint32Array(this.#table.count);
    let rank = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i] ?? 0;
      if (i > 0 && this.#nameKeys[row] !== this.#nameKeys[order[i - 1] ?? 0]) rank += 1;
      ranks[row] = rank;
    }
    return { ranks, size: rank + 2 };
  }

  #ranks(column: Exclude<GridColumn, "name">): Ranks {
    const source = SORT_COLUMN[column];
    return isTime(source) ? this.#timeRanks(source) : this.#codeRanks(source);
  }

  #codeRanks(column: CodedColumn): Ranks {
    const texts = this.#table.dictionary(column).texts;
    const keys = texts.map(naturalKey);
    const byText = texts.map((_, code) => code).filter((code) => code !== 0);
    byText.sort((a, b) => compareText(keys[a] ?? "", keys[b] ?? ""));
    const rankOfCode = new Uint32Array(texts.length).fill(byText.length);
    for (const [rank, code] of byText.entries()) rankOfCode[code] = rank;
    const codes = this.#table.codes(column);
    const ranks = new Uint32Array(this.#table.count);
    for (let row = 0; row < ranks.length; row++) ranks[row] = rankOfCode[codes[row] ?? 0] ?? 0;
    return { ranks, size: byText.length + 1 };
  }

  #timeRanks(column: TimeColumn): Ranks {
    const times = this.#table.times(column).subarray(0, this.#table.count);
    const distinct = new Int32Array(new Set(times).size);
    let size = 0;
    for (const time of new Set(times)) if (time >= 0) distinct[size++] = time;
    const sorted = distinct.subarray(0, size).sort();
    const rankOf = new Map<number, number>();
    for (const [rank, time] of sorted.entries()) rankOf.set(time, rank);
    const ranks = new Uint32Array(times.length);
    for (let row = 0; row < times.length; row++) ranks[row] = rankOf.get(times[row] ?? -1) ?? size;
    return { ranks, size: size + 1 };
  }
}

function merge(a: Uint32Array, b: Uint32Array, compare: (x: number, y: number) => number): Uint32Array<ArrayBuffer> {
  const merged = new Uint32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    const left = a[i];
    const right = b[j];
    if (right === undefined || (left !== undefined && compare(left, right) <= 0)) {
      merged[at] = left ?? 0;
      i += 1;
    } else {
      merged[at] = right;
      j += 1;
    }
  }
  return merged;
}
