import { type AccessCapabilityId, isCapabilityId } from "@/lib/domain/access/capabilities";
import type { EvaluatedFleet } from "@/lib/domain/access/evaluate-fleet";
import { normaliseScope } from "@/lib/domain/access/scope";
import type { AccessLane } from "@/lib/domain/access/types";
import { parseMachineId } from "@/lib/domain/machine";
import type { MatrixFilter, MatrixQuery, MatrixRow, MatrixSort, MatrixView } from "./matrix-types";

/** Machine × capability of one evaluated fleet: filters, sorts and decodes rows. Columns are computed once each. */
export class AccessMatrix {
  readonly #fleet: EvaluatedFleet;
  readonly #subscriptions: readonly string[];
  readonly #groups: readonly string[];
  readonly #haystack: readonly string[];
  readonly #columns = new Map<string, Int32Array>();
  readonly #ranks = new Map<string, Int32Array>();
  #atLeast: Uint8Array | null = null;
  #order: Int32Array = new Int32Array(0);
  #query: MatrixQuery | null = null;

  constructor(fleet: EvaluatedFleet, subscriptionName: (id: string) => string) {
    this.#fleet = fleet;
    const refs = fleet.machines.map((machine) => parseMachineId(machine.id));
    const names = new Map<string, string>();
    this.#subscriptions = refs.map((ref) => {
      const id = ref?.subscriptionId ?? "";
      const known = names.get(id) ?? subscriptionName(id);
      names.set(id, known);
      return known;
    });
    this.#groups = refs.map((ref) => ref?.resourceGroup ?? "");
    this.#haystack = fleet.machines.map((machine, i) =>
      `${machine.name}\n${this.#groups[i]}\n${this.#subscriptions[i]}`.toLowerCase(),
    );
  }

  column(capability: AccessCapabilityId, lane: AccessLane): Int32Array {
    const key = `${capability}|${lane}`;
    const known = this.#columns.get(key) ?? this.#fleet.column(capability, lane);
    this.#columns.set(key, known);
    return known;
  }

  isAtLeast(machineIndex: number): boolean {
    this.#atLeast ??= this.#fleet.atLeastColumn();
    return this.#atLeast[machineIndex] === 1;
  }

  query(query: MatrixQuery, from: number, size: number): MatrixView {
    this.#query = query;
    this.#order = this.#sorted(this.#filtered(query), query.sort, query.lane);
    const order = this.#order;
    let incomplete = 0;
    for (const machine of order) if (this.isAtLeast(machine)) incomplete += 1;
    return {
      total: this.#fleet.machines.length,
      shown: order.length,
      from,
      rows: this.rows(from, size),
      incomplete,
      highest: query.capabilities.map((capability) => highestOf(this.column(capability, query.lane), order)),
    };
  }

  /** Rows of the last query by position. */
  rows(from: number, size: number): MatrixRow[] {
    return Array.from(this.#order.subarray(from, from + size), (machine) => this.#row(machine));
  }

  #row(machine: number): MatrixRow {
    const { id = "", name = "" } = this.#fleet.machines[machine] ?? {};
    const query = this.#query;
    const counts = query === null ? [] : query.capabilities.map((one) => this.column(one, query.lane)[machine] ?? 0);
    return {
      id,
      name,
      subscription: this.#subscriptions[machine] ?? "",
      group: this.#groups[machine] ?? "",
      counts,
      atLeast: this.isAtLeast(machine),
    };
  }

  #filtered(query: MatrixQuery): Int32Array {
    const tokens = query.search.toLowerCase().split(/\s+/).filter(Boolean);
    const passes = this.#filterOf(query.filter, query.lane);
    const inScope = this.#scopeOf(query.scope);
    const kept: number[] = [];
    for (let machine = 0; machine < this.#haystack.length; machine += 1) {
      const text = this.#haystack[machine] ?? "";
      if (!inScope(machine) || !passes(machine) || !tokens.every((token) => text.includes(token))) continue;
      if (query.incomplete && !this.isAtLeast(machine)) continue;
      kept.push(machine);
    }
    return Int32Array.from(kept);
  }

  #filterOf(filter: MatrixFilter | null, lane: AccessLane): (machine: number) => boolean {
    if (filter === null) return () => true;
    const { capability, test, than } = filter;
    if (test === "standingOnly") {
      const standing = this.column(capability, "standing");
      const eligible = this.column(capability, "eligible");
      return (machine) => (standing[machine] ?? 0) > 0 && eligible[machine] === 0;
    }
    const counts = this.column(capability, lane);
    return test === "none" ? (machine) => counts[machine] === 0 : (machine) => (counts[machine] ?? 0) > than;
  }

  #scopeOf(scope: string | null): (machine: number) => boolean {
    if (scope === null) return () => true;
    const { tree } = this.#fleet.state;
    const node = tree.nodeOf(normaliseScope(scope));
    if (node === -1) return () => false;
    const [first, last] = [tree.firstMachine[node] ?? 0, tree.lastMachine[node] ?? 0];
    return (machine) => {
      const position = tree.positionOf[machine] ?? -1;
      return position >= first && position < last;
    };
  }

  /** Place of every machine when sorted by a text, equal texts by name. */
  #rank(by: "name" | "subscription" | "group"): Int32Array {
    const known = this.#ranks.get(by);
    if (known !== undefined) return known;
    const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
    const names = this.#fleet.machines.map((machine) => machine.name);
    const texts = by === "name" ? names : by === "subscription" ? this.#subscriptions : this.#groups;
    const order = names.map((_, i) => i);
    order.sort((a, b) => compare(texts[a] ?? "", texts[b] ?? "") || compare(names[a] ?? "", names[b] ?? "") || a - b);
    const rank = new Int32Array(order.length);
    for (const [place, machine] of order.entries()) rank[machine] = place;
    this.#ranks.set(by, rank);
    return rank;
  }

  #sorted(machines: Int32Array, sort: MatrixSort, lane: AccessLane): Int32Array {
    const { by } = sort;
    const text = by === "name" || by === "subscription" || by === "group" ? by : null;
    const places = this.#rank(text ?? "name");
    const counts = isCapabilityId(by) ? this.column(by, lane) : null;
    const size = places.length;
    const byPlace = new Int32Array(size);
    for (let machine = 0; machine < size; machine += 1) byPlace[places[machine] ?? 0] = machine;
    // One number per machine, count before place, so that the platform's fast numeric sort does it.
    const sign = sort.descending ? -1 : 1;
    const keys = Float64Array.from(machines, (machine) => {
      const place = places[machine] ?? 0;
      return counts === null ? sign * place : sign * (counts[machine] ?? 0) * size + place;
    }).sort();
    return Int32Array.from(keys, (key) => {
      const place = counts === null ? sign * key : ((key % size) + size) % size;
      return byPlace[place] ?? 0;
    });
  }
}

function highestOf(column: Int32Array, machines: Int32Array): number {
  let highest = 0;
  for (const machine of machines) highest = Math.max(highest, column[machine] ?? 0);
  return highest;
}
