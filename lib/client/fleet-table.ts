import {
  FLEET_TEXT_COLUMNS,
  type FleetCertificatesPage,
  type FleetExtensionsPage,
  type FleetRowsPage,
} from "@/lib/domain/fleet-wire";
import { CASELESS_COLUMNS, CODED_COLUMNS, type CodedColumn, TIME_COLUMNS, type TimeColumn } from "./fleet-columns";
import { FleetDictionary } from "./fleet-dictionary";

const FIRST_CAPACITY = 1_024;
const NO_TIME = -1;

type CodedData = { dictionary: FleetDictionary; codes: Uint32Array };
type LateCertificate = { endsAt: number; startsAt: number; state: string; from: number; to: number };
type LateExtension = {
  name: string;
  type: string;
  state: string;
  version: string;
  exitCode: string;
  mdmId: string;
};

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NO_TIME;
}

function osLabel(family: string, sku: string): string {
  if (sku !== "") return sku;
  if (family === "windows") return "Windows";
  return family === "linux" ? "Linux" : family;
}

/** The columns of the fleet: rows are appended or overwritten by machine id, never moved; a row that is gone is only marked. */
export class FleetTable {
  count = 0;
  alive = 0;
  readonly ids: string[] = [];
  readonly names: string[] = [];
  /** Lower-case name, computer name and principal id of each row, for the search. */
  readonly haystack: string[] = [];
  isAlive = new Uint8Array(FIRST_CAPACITY);
  #rowGeneration = new Uint32Array(FIRST_CAPACITY);
  #extensionGeneration = new Uint32Array(FIRST_CAPACITY);
  #generation = 0;
  readonly #rowOfId = new Map<string, number>();
  readonly #coded = new Map<CodedColumn, CodedData>();
  readonly #times = new Map<TimeColumn, Int32Array>();
  readonly #earlyCertificates = new Map<string, LateCertificate>();
  readonly #earlyExtensions = new Map<string, LateExtension>();

  constructor() {
    for (const column of CODED_COLUMNS) {
      this.#coded.set(column, {
        dictionary: new FleetDictionary(CASELESS_COLUMNS.has(column)),
        codes: new Uint32Array(FIRST_CAPACITY),
      });
    }
    for (const column of TIME_COLUMNS) this.#times.set(column, new Int32Array(FIRST_CAPACITY).fill(NO_TIME));
  }

  #data(column: CodedColumn): CodedData {
    const data = this.#coded.get(column);
    if (data === undefined) throw new RangeError(`Unknown column ${column}`);
    return data;
  }

  codes(column: CodedColumn): Uint32Array {
    return this.#data(column).codes;
  }

  dictionary(column: CodedColumn): FleetDictionary {
    return this.#data(column).dictionary;
  }

  times(column: TimeColumn): Int32Array {
    const data = this.#times.get(column);
    if (data === undefined) throw new RangeError(`Unknown column ${column}`);
    return data;
  }

  text(column: CodedColumn, row: number): string {
    const data = this.#data(column);
    return data.dictionary.text(at(data.codes, row));
  }

  rowOf(id: string): number | undefined {
    return this.#rowOfId.get(id.toLowerCase());
  }

  #set(column: CodedColumn, row: number, text: string): void {
    const data = this.#data(column);
    data.codes[row] = data.dictionary.intern(text);
  }

  /** Marks the start of a fresh read: rows not seen until its end can then be told from those that were. */
  beginRead(): void {
    this.#generation += 1;
  }

  #reserve(rows: number): void {
    if (rows <= this.isAlive.length) return;
    let capacity = this.isAlive.length;
    while (capacity < rows) capacity *= 2;
    const grow = <T extends Uint8Array | Uint32Array | Int32Array>(old: T, next: T): T => {
      next.set(old);
      return next;
    };
    this.isAlive = grow(this.isAlive, new Uint8Array(capacity));
    this.#rowGeneration = grow(this.#rowGeneration, new Uint32Array(capacity));
    this.#extensionGeneration = grow(this.#extensionGeneration, new Uint32Array(capacity));
    for (const data of this.#coded.values()) data.codes = grow(data.codes, new Uint32Array(capacity));
    for (const [column, old] of this.#times) {
      this.#times.set(column, grow(old, new Int32Array(capacity).fill(NO_TIME, old.length)));
    }
  }

  /** Rows of a page; a machine that is known already is overwritten in place. */
  append(page: FleetRowsPage): void {
    this.#reserve(this.count + page.count);
    const targets = this.#targets(page);
    for (const column of FLEET_TEXT_COLUMNS) {
      const wire = page.columns[column];
      const data = this.#data(column);
      const translated = data.dictionary.translate(wire.dictionary);
      for (let i = 0; i < targets.length; i++) {
        data.codes[at(targets, i)] = translated[at(wire.codes, i)] ?? 0;
      }
    }
    const tags = this.#data("tags");
    const tagCodes = tags.dictionary.translate(page.tags.dictionary);
    const changed = this.times("lastStatusChange");
    for (let i = 0; i < targets.length; i++) {
      const row = at(targets, i);
      tags.codes[row] = tagCodes[at(page.tags.codes, i)] ?? 0;
      changed[row] = at(page.lastStatusChange, i);
      this.#finishRow(row);
    }
  }

  #targets(page: FleetRowsPage): Int32Array {
    const targets = new Int32Array(page.count);
    for (let i = 0; i < page.count; i++) {
      const id = page.id[i] ?? "";
      const key = id.toLowerCase();
      let row = this.#rowOfId.get(key);
      if (row === undefined) {
        row = this.count++;
        this.#rowOfId.set(key, row);
        this.ids.push(id);
        this.names.push(page.name[i] ?? "");
        this.haystack.push("");
      }
      if (this.isAlive[row] !== 1) this.alive += 1;
      this.isAlive[row] = 1;
      this.#rowGeneration[row] = this.#generation;
      targets[i] = row;
    }
    return targets;
  }

  #finishRow(row: number): void {
    this.#set("os", row, osLabel(this.text("osFamily", row), this.text("osSku", row)));
    const name = this.names[row] ?? "";
    const computer = this.text("computerName", row);
    const other = computer.toLowerCase() === name.toLowerCase() ? "" : `\n${computer}`;
    this.haystack[row] = `${name}${other}\n${this.text("principalId", row)}`.toLowerCase();
    if (this.#earlyCertificates.size === 0 && this.#earlyExtensions.size === 0) return;
    const key = (this.ids[row] ?? "").toLowerCase();
    const certificate = this.#earlyCertificates.get(key);
    if (certificate !== undefined && this.#earlyCertificates.delete(key)) this.#setCertificate(row, certificate);
    const extension = this.#earlyExtensions.get(key);
    if (extension !== undefined && this.#earlyExtensions.delete(key)) this.#setExtension(row, extension);
  }

  joinCertificates(page: FleetCertificatesPage): void {
    for (const [i, id] of page.machineId.entries()) {
      const facts: LateCertificate = {
        endsAt: at(page.endsAt, i),
        startsAt: at(page.startsAt, i),
        state: page.state.dictionary[at(page.state.codes, i)] ?? "unknown",
        from: at(page.estimateFrom, i),
        to: at(page.estimateTo, i),
      };
      const row = this.rowOf(id);
      if (row === undefined) this.#earlyCertificates.set(id.toLowerCase(), facts);
      else this.#setCertificate(row, facts);
    }
  }

  #setCertificate(row: number, facts: LateCertificate): void {
    this.times("certificateEnd")[row] = facts.endsAt;
    this.times("certificateStart")[row] = facts.startsAt;
    this.times("estimateFrom")[row] = facts.from;
    this.times("estimateTo")[row] = facts.to;
    this.#set("certificateState", row, facts.state);
  }

  joinExtensions(page: FleetExtensionsPage): void {
    const read = (column: { dictionary: string[]; codes: number[] }, i: number) => column.dictionary[at(column.codes, i)] ?? "";
    for (const [i, id] of page.machineId.entries()) {
      const facts: LateExtension = {
        name: page.name[i] ?? "",
        type: read(page.extensionType, i),
        state: read(page.state, i),
        version: read(page.version, i),
        exitCode: read(page.exitCode, i),
        mdmId: read(page.mdmId, i),
      };
      const row = this.rowOf(id);
      if (row === undefined) this.#earlyExtensions.set(id.toLowerCase(), facts);
      else this.#setExtension(row, facts);
    }
  }

  #setExtension(row: number, facts: LateExtension): void {
    this.#extensionGeneration[row] = this.#generation;
    this.#set("extensionState", row, facts.state);
    this.#set("extensionType", row, facts.type);
    this.#set("extensionName", row, facts.name);
    this.#set("extensionVersion", row, facts.version);
    this.#set("extensionExitCode", row, facts.exitCode);
    this.#set("extensionMdmId", row, facts.mdmId);
  }

  /** Closes a read. Only what a complete source does not name is gone; an incomplete source takes nothing away. */
  endRead(args: { machines: boolean; extensions: boolean; removed: readonly string[] }): void {
    for (const id of args.removed) {
      const row = this.rowOf(id);
      if (row !== undefined) this.#bury(row);
    }
    for (let row = 0; row < this.count; row++) {
      if (this.isAlive[row] !== 1) continue;
      if (args.machines && this.#rowGeneration[row] !== this.#generation) this.#bury(row);
      if (this.text("certificateState", row) === "") this.#set("certificateState", row, "unknown");
      if (this.#extensionGeneration[row] === this.#generation) continue;
      if (args.extensions) this.#setNoExtension(row);
      else if (this.text("extensionState", row) === "") this.#set("extensionState", row, "unknown");
    }
    this.#earlyCertificates.clear();
    this.#earlyExtensions.clear();
  }

  #setNoExtension(row: number): void {
    this.#setExtension(row, { name: "", type: "", state: "notInstalled", version: "", exitCode: "", mdmId: "" });
  }

  #bury(row: number): void {
    if (this.isAlive[row] !== 1) return;
    this.isAlive[row] = 0;
    this.alive -= 1;
  }

  /** Rows kept from an earlier read that the present one has not confirmed. */
  unconfirmed(): number {
    let count = 0;
    for (let row = 0; row < this.count; row++) {
      if (this.isAlive[row] === 1 && this.#rowGeneration[row] !== this.#generation) count += 1;
    }
    return count;
  }
}
