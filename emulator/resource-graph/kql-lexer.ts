import { KqlError } from "./kql-errors.ts";
import { parseDateTime } from "./kql-values.ts";

export type Token = {
  kind: "name" | "string" | "number" | "timespan" | "datetime" | "op" | "end";
  text: string;
  /** Text of a string, number of a number, 100 ns ticks of a timespan or datetime. */
  value: string | number | bigint | null;
  line: number;
  column: number;
};

const TICKS_PER_UNIT: Record<string, bigint> = {
  d: 864_000_000_000n,
  h: 36_000_000_000n,
  m: 600_000_000n,
  s: 10_000_000n,
  ms: 10_000n,
  tick: 1n,
};

/** Operators that stand as words may be negated by a leading exclamation mark. */
const NEGATABLE =
  /^!(in~?|has_cs|has|contains_cs|contains|startswith_cs|startswith|endswith_cs|endswith|between)(?![A-Za-z0-9_])/;
const PUNCTUATION = [
  "==",
  "!=",
  "=~",
  "!~",
  "<=",
  ">=",
  "..",
  "|",
  "(",
  ")",
  "[",
  "]",
  ",",
  ".",
  "=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  ";",
  "{",
  "}",
  ":",
];
const NUMBER = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(ms|tick|[dhms])?(?![A-Za-z0-9_])/;
/** A datetime literal holds raw text between its brackets, so it is one token. */
const DATETIME = /^datetime\(\s*(["']?)([^)"']*)\1\s*\)/;
const NAME = /^[A-Za-z_$][A-Za-z0-9_]*/;
const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"', "0": "\0" };

type Cursor = { text: string; at: number; line: number; lineStart: number };

/** Splits a query into tokens. Throws KqlError with line and column (1-based line, 0-based column, as the service reports them). */
export function tokenize(text: string): Token[] {
  const cursor: Cursor = { text, at: 0, line: 1, lineStart: 0 };
  const tokens: Token[] = [];
  for (;;) {
    skipBlank(cursor);
    if (cursor.at >= text.length) {
      tokens.push(token(cursor, "end", "<EOF>", null));
      return tokens;
    }
    tokens.push(next(cursor));
  }
}

function token(cursor: Cursor, kind: Token["kind"], text: string, value: Token["value"]): Token {
  return { kind, text, value, line: cursor.line, column: cursor.at - cursor.lineStart };
}

function skipBlank(cursor: Cursor): void {
  const { text } = cursor;
  while (cursor.at < text.length) {
    const char = text[cursor.at];
    if (char === "\n") {
      cursor.line += 1;
      cursor.lineStart = cursor.at + 1;
      cursor.at += 1;
    } else if (char === " " || char === "\t" || char === "\r") {
      cursor.at += 1;
    } else if (text.startsWith("//", cursor.at)) {
      const end = text.indexOf("\n", cursor.at);
      cursor.at = end === -1 ? text.length : end;
    } else {
      return;
    }
  }
}

function next(cursor: Cursor): Token {
  const rest = cursor.text.slice(cursor.at, cursor.at + 200);
  const first = rest[0] ?? "";
  if (first === "'" || first === '"') return readString(cursor, first, false);
  if (first === "@" && (rest[1] === "'" || rest[1] === '"')) return readString(cursor, rest[1], true);
  const number = NUMBER.exec(rest);
  if (number) return readNumber(cursor, number);
  const negated = NEGATABLE.exec(rest);
  if (negated) return advance(cursor, token(cursor, "op", negated[0], null));
  const datetime = DATETIME.exec(rest);
  if (datetime) return advance(cursor, token(cursor, "datetime", datetime[0], parseDateTime(datetime[2] ?? "")));
  const name = NAME.exec(rest);
  if (name) {
    const text = name[0] === "in" && rest[2] === "~" ? "in~" : name[0];
    return advance(cursor, token(cursor, text === "in~" ? "op" : "name", text, text));
  }
  const symbol = PUNCTUATION.find((candidate) => rest.startsWith(candidate));
  if (symbol) return advance(cursor, token(cursor, "op", symbol, null));
  throw new KqlError({ kind: "parser", line: cursor.line, column: cursor.at - cursor.lineStart, token: first });
}

function advance(cursor: Cursor, read: Token): Token {
  cursor.at += read.text.length;
  return read;
}

function readNumber(cursor: Cursor, match: RegExpExecArray): Token {
  const [text, digits = "0", unit] = match;
  const ticks = unit === undefined ? undefined : TICKS_PER_UNIT[unit];
  if (ticks === undefined) return advance(cursor, token(cursor, "number", text, Number(digits)));
  const value = BigInt(Math.round(Number(digits) * 1000)) * (ticks / (ticks >= 1000n ? 1000n : 1n));
  return advance(cursor, token(cursor, "timespan", text, ticks >= 1000n ? value : value / 1000n));
}

function readString(cursor: Cursor, quote: string, verbatim: boolean): Token {
  const start = token(cursor, "string", "", "");
  const { text } = cursor;
  let at = cursor.at + (verbatim ? 2 : 1);
  let value = "";
  while (at < text.length && text[at] !== "\n") {
    const char = text[at] ?? "";
    if (char === quote) {
      if (verbatim && text[at + 1] === quote) {
        value += quote;
        at += 2;
        continue;
      }
      const raw = text.slice(cursor.at, at + 1);
      cursor.at = at + 1;
      return { ...start, text: raw, value };
    }
    if (char === "\\" && !verbatim) {
      value += ESCAPES[text[at + 1] ?? ""] ?? text[at + 1] ?? "";
      at += 2;
      continue;
    }
    value += char;
    at += 1;
  }
  throw new KqlError({
    kind: "parser",
    line: start.line,
    column: start.column,
    token: text.slice(cursor.at, at),
    expected: quote,
  });
}
