import type { LiteralType } from "./kql-ast.ts";

/** A date or a duration is a bigint of 100 ns ticks (since 1970 for dates): exact to the seven digits the service prints. */
export type Value = string | number | boolean | bigint | null | Value[] | { [key: string]: Value };
export type ValueType = LiteralType;

const TICKS_PER_MS = 10_000n;
const DATE =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;

/** Ticks of an ISO date text, or null when it is none. */
export function parseDateTime(text: string): bigint | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (Number.isNaN(ms) || Number(month) > 12 || Number(day) > 31) return null;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.toUpperCase() === "Z" ? "0000" : zone.slice(1).replace(":", "");
  const offsetMs = sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  return BigInt(ms - offsetMs) * TICKS_PER_MS + BigInt(fraction.padEnd(7, "0").slice(0, 7));
}

export function ticksOfMs(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * TICKS_PER_MS;
}

/** The form the service prints: seven fraction digits and Z. */
export function formatDateTime(ticks: bigint): string {
  const second = 10_000_000n;
  const whole = ticks >= 0n || ticks % second === 0n ? ticks / second : ticks / second - 1n;
  const fraction = ticks - whole * second;
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(7, "0")}Z`;
}

/** `d.hh:mm:ss.fffffff`, as Kusto prints a timespan. */
export function formatTimespan(ticks: bigint): string {
  const sign = ticks < 0n ? "-" : "";
  const size = ticks < 0n ? -ticks : ticks;
  const seconds = size / 10_000_000n;
  const two = (value: bigint) => value.toString().padStart(2, "0");
  const days = seconds / 86_400n;
  const clock = `${two((seconds / 3600n) % 24n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const fraction = size % 10_000_000n;
  return `${sign}${days > 0n ? `${days}.` : ""}${clock}${fraction > 0n ? `.${fraction.toString().padStart(7, "0")}` : ""}`;
}

/** What tostring() gives: empty text for null, JSON for bags and arrays. */
export function toText(value: Value, type: ValueType): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return type === "timespan" ? formatTimespan(value) : formatDateTime(value);
  if (typeof value === "boolean") return type === "dynamic" ? String(value) : value ? "True" : "False";
  if (typeof value === "number") return String(value);
  return JSON.stringify(value);
}

/** The value as it stands in a JSON answer. */
export function toWire(value: Value, type: ValueType): unknown {
  return typeof value === "bigint" ? toText(value, type) : value;
}

/** Orders two values of one column; null is smallest. Mixed dynamic values compare as text. */
export function compareValues(left: Value, right: Value): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  const comparable = (value: Value) => typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  if (comparable(left) && comparable(right)) return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [toText(left, "dynamic"), toText(right, "dynamic")];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One text per distinct value, for groups, joins and distinct counts. */
export function keyOf(value: Value): string {
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "bigint") return `t${value}`;
  return value === null ? "n" : `j${JSON.stringify(value)}`;
}

/** Column types as the table format names them. */
export function columnTypeName(type: ValueType): string {
  const names: Record<ValueType, string> = {
    string: "string",
    long: "integer",
    real: "number",
    bool: "boolean",
    datetime: "datetime",
    timespan: "string",
    dynamic: "object",
  };
  return names[type];
}
