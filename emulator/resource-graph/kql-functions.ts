import { semanticError } from "./kql-errors.ts";
import { parseDateTime, ticksOfMs, toText, type Value, type ValueType } from "./kql-values.ts";

export type FunctionContext = { nowMs: number };
type Apply = (args: Value[], types: ValueType[], context: FunctionContext) => Value;
export type KqlFunction = {
  min: number;
  max: number;
  type: ValueType | ((types: ValueType[]) => ValueType);
  apply: Apply;
};

function define(min: number, max: number, type: KqlFunction["type"], apply: Apply): KqlFunction {
  return { min, max, type, apply };
}

function textOf(args: Value[], types: ValueType[], index: number): string {
  return toText(args[index] ?? null, types[index] ?? "dynamic");
}

function numberOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" && value.trim() !== "") {
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  }
  return null;
}

function integerOf(value: Value): number | null {
  const number = numberOf(value);
  return number === null ? null : Math.trunc(number);
}

function booleanOf(value: Value): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return null;
  const text = value.toLowerCase();
  return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : null;
}

function isEmpty(value: Value): boolean {
  return value === null || value === "";
}

/** Branches of iff, case and coalesce share one type; a mixture with dynamic stays dynamic. */
function commonType(types: ValueType[]): ValueType {
  const [first = "dynamic"] = types;
  return types.every((type) => type === first) ? first : "dynamic";
}

function toDateTime(value: Value, type: ValueType): bigint | null {
  if (typeof value === "bigint") return type === "timespan" ? null : value;
  return typeof value === "string" ? parseDateTime(value) : null;
}

function substring(text: string, start: number, length: number | null): string {
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  return length === null ? text.slice(from) : text.slice(from, from + Math.max(0, length));
}

function parseJson(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

function pack(args: Value[]): Value {
  const bag: { [key: string]: Value } = {};
  for (let index = 0; index + 1 < args.length; index += 2) bag[String(args[index])] = args[index + 1] ?? null;
  return bag;
}

function pickCase(args: Value[]): Value {
  for (let index = 0; index + 1 < args.length; index += 2) {
    if (args[index] === true) return args[index + 1] ?? null;
  }
  return args.at(-1) ?? null;
}

const iff = define(
  3,
  3,
  (types) => commonType(types.slice(1)),
  ([test = null, yes = null, no = null]) => (test === true ? yes : no),
);

/** Scalar functions; the names follow https://learn.microsoft.com/azure/data-explorer/kusto/query/scalar-functions. */
export const FUNCTIONS = new Map<string, KqlFunction>([
  ["tostring", define(1, 1, "string", (args, types) => textOf(args, types, 0))],
  ["tolower", define(1, 1, "string", (args, types) => textOf(args, types, 0).toLowerCase())],
  ["toupper", define(1, 1, "string", (args, types) => textOf(args, types, 0).toUpperCase())],
  ["tolong", define(1, 1, "long", ([value = null]) => integerOf(value))],
  ["toint", define(1, 1, "long", ([value = null]) => integerOf(value))],
  ["todouble", define(1, 1, "real", ([value = null]) => numberOf(value))],
  ["toreal", define(1, 1, "real", ([value = null]) => numberOf(value))],
  ["tobool", define(1, 1, "bool", ([value = null]) => booleanOf(value))],
  ["todatetime", define(1, 1, "datetime", ([value = null], [type = "dynamic"]) => toDateTime(value, type))],
  [
    "substring",
    define(2, 3, "string", (args, types) =>
      substring(textOf(args, types, 0), integerOf(args[1] ?? null) ?? 0, integerOf(args[2] ?? null)),
    ),
  ],
  [
    "indexof",
    define(2, 3, "long", (args, types) =>
      textOf(args, types, 0).indexOf(textOf(args, types, 1), integerOf(args[2] ?? null) ?? 0),
    ),
  ],
  ["strcat", define(1, 64, "string", (args, types) => args.map((_, index) => textOf(args, types, index)).join(""))],
  ["strlen", define(1, 1, "long", (args, types) => textOf(args, types, 0).length)],
  [
    "split",
    define(2, 3, "dynamic", (args, types) => {
      const parts = textOf(args, types, 0).split(textOf(args, types, 1));
      const wanted = integerOf(args[2] ?? null);
      return wanted === null ? parts : [parts[wanted] ?? ""];
    }),
  ],
  ["iff", iff],
  ["iif", iff],
  [
    "case",
    define(3, 63, (types) => commonType([...types.filter((_, index) => index % 2 === 1), types.at(-1) ?? "dynamic"]), pickCase),
  ],
  ["coalesce", define(1, 64, commonType, (args) => args.find((value) => !isEmpty(value)) ?? null)],
  ["isnull", define(1, 1, "bool", ([value = null], [type]) => type !== "string" && value === null)],
  ["isnotnull", define(1, 1, "bool", ([value = null], [type]) => type === "string" || value !== null)],
  ["isempty", define(1, 1, "bool", ([value = null]) => isEmpty(value))],
  ["isnotempty", define(1, 1, "bool", ([value = null]) => !isEmpty(value))],
  ["array_length", define(1, 1, "long", ([value = null]) => (Array.isArray(value) ? value.length : null))],
  ["parse_json", define(1, 1, "dynamic", ([value = null]) => parseJson(value))],
  ["todynamic", define(1, 1, "dynamic", ([value = null]) => parseJson(value))],
  ["pack", define(2, 64, "dynamic", pack)],
  ["bag_pack", define(2, 64, "dynamic", pack)],
  [
    "now",
    define(0, 1, "datetime", ([shift = null], _types, { nowMs }) => ticksOfMs(nowMs) + (typeof shift === "bigint" ? shift : 0n)),
  ],
  [
    "ago",
    define(1, 1, "datetime", ([span = null], [type], { nowMs }) => {
      if (typeof span !== "bigint" || type !== "timespan") throw semanticError("ago(): argument #1 must be of type timespan");
      return ticksOfMs(nowMs) - span;
    }),
  ],
]);
