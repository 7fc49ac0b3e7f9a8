import type { JoinKind, Named, Operator, Query, SortKey } from "./kql-ast.ts";
import { KqlError } from "./kql-errors.ts";
import { tokenize } from "./kql-lexer.ts";
import { parseExpression } from "./kql-parse-expression.ts";
import { TokenReader } from "./kql-reader.ts";

const OPERATORS = new Map<string, (reader: TokenReader) => Operator>([
  ["where", (reader) => ({ kind: "where", predicate: parseExpression(reader) })],
  ["filter", (reader) => ({ kind: "where", predicate: parseExpression(reader) })],
  ["extend", (reader) => ({ kind: "extend", columns: parseNamedList(reader) })],
  ["project", (reader) => ({ kind: "project", columns: parseNamedList(reader) })],
  ["project-away", (reader) => ({ kind: "project-away", names: parseNames(reader) })],
  ["project-rename", parseRename],
  ["order", (reader) => ({ kind: "order", keys: parseSortKeys(reader) })],
  ["sort", (reader) => ({ kind: "order", keys: parseSortKeys(reader) })],
  ["take", (reader) => ({ kind: "take", count: parseCount(reader) })],
  ["limit", (reader) => ({ kind: "take", count: parseCount(reader) })],
  ["top", parseTop],
  ["count", () => ({ kind: "count" })],
  ["distinct", (reader) => ({ kind: "distinct", columns: parseNamedList(reader) })],
  ["summarize", parseSummarize],
  ["mv-expand", parseExpand],
  ["mvexpand", parseExpand],
  ["join", parseJoin],
]);

/** Operators of the language that Resource Graph itself refuses or that this interpreter does not have. */
const KNOWN_REFUSED = new Set([
  "parse",
  "union",
  "let",
  "evaluate",
  "render",
  "invoke",
  "lookup",
  "make-series",
  "sample",
  "mv-apply",
  "serialize",
  "search",
  "find",
  "print",
  "facet",
  "fork",
  "reduce",
  "scan",
  "as",
  "consume",
  "project-reorder",
  "project-keep",
]);

/** Parses the part of the Kusto language that local Azure knows; throws KqlError for everything else. */
export function parseQuery(text: string): Query {
  const reader = new TokenReader(tokenize(text));
  const query = parsePipeline(reader);
  reader.accept(";");
  if (reader.peek().kind !== "end") throw reader.unexpected();
  return query;
}

function parsePipeline(reader: TokenReader): Query {
  const operators: Operator[] = [];
  let table: string | null = null;
  const first = operatorName(reader);
  if (OPERATORS.has(first) && reader.peek(1).text !== "|" && reader.peek(1).kind !== "end") {
    operators.push(parseOperator(reader));
  } else {
    if (KNOWN_REFUSED.has(first)) throw new KqlError({ kind: "language", token: first });
    table = reader.name();
  }
  while (reader.accept("|")) operators.push(parseOperator(reader));
  return { table, operators };
}

/** Operator names may hold a hyphen, which the lexer reads as a minus sign. */
function operatorName(reader: TokenReader): string {
  const [first, dash, second] = [reader.peek(), reader.peek(1), reader.peek(2)];
  if (first.kind !== "name") return first.text;
  const adjacent = dash.text === "-" && second.kind === "name" && dash.column === first.column + first.text.length;
  const joined = `${first.text}-${second.text}`;
  return adjacent && (OPERATORS.has(joined) || KNOWN_REFUSED.has(joined)) ? joined : first.text;
}

function parseOperator(reader: TokenReader): Operator {
  const name = operatorName(reader);
  const parse = OPERATORS.get(name);
  if (!parse) {
    if (KNOWN_REFUSED.has(name)) throw new KqlError({ kind: "language", token: name });
    throw reader.unexpected();
  }
  reader.skip(name.includes("-") ? 3 : 1);
  return parse(reader);
}

function parseNamed(reader: TokenReader): Named {
  const next = reader.peek(1);
  if (reader.peek().kind === "name" && next.text === "=" && next.kind === "op") {
    const name = reader.name();
    reader.skip(1);
    return { name, expression: parseExpression(reader) };
  }
  if (
    reader.peek().text === "[" &&
    reader.peek(1).kind === "string" &&
    reader.peek(2).text === "]" &&
    reader.peek(3).text === "="
  ) {
    const name = String(reader.peek(1).value);
    reader.skip(4);
    return { name, expression: parseExpression(reader) };
  }
  return { name: null, expression: parseExpression(reader) };
}

function parseNamedList(reader: TokenReader): Named[] {
  const list = [parseNamed(reader)];
  while (reader.accept(",")) list.push(parseNamed(reader));
  return list;
}

function parseNames(reader: TokenReader): string[] {
  const names = [parseWildcardName(reader)];
  while (reader.accept(",")) names.push(parseWildcardName(reader));
  return names;
}

function parseWildcardName(reader: TokenReader): string {
  const name = reader.name();
  return reader.accept("*") ? `${name}*` : name;
}

function parseRename(reader: TokenReader): Operator {
  const columns: { name: string; from: string }[] = [];
  do {
    const name = reader.name();
    reader.expect("=");
    columns.push({ name, from: reader.name() });
  } while (reader.accept(","));
  return { kind: "project-rename", columns };
}

function parseSortKey(reader: TokenReader): SortKey {
  const expression = parseExpression(reader);
  const descending = !reader.acceptName("asc");
  if (descending) reader.acceptName("desc");
  let nullsFirst = !descending;
  if (reader.acceptName("nulls")) {
    nullsFirst = reader.acceptName("first");
    if (!nullsFirst) reader.expectName("last");
  }
  return { expression, descending, nullsFirst };
}

function parseSortKeys(reader: TokenReader): SortKey[] {
  reader.expectName("by");
  const keys = [parseSortKey(reader)];
  while (reader.accept(",")) keys.push(parseSortKey(reader));
  return keys;
}

function parseCount(reader: TokenReader): number {
  const token = reader.peek();
  if (token.kind !== "number" || typeof token.value !== "number" || !Number.isInteger(token.value)) throw reader.unexpected();
  reader.skip(1);
  return token.value;
}

function parseTop(reader: TokenReader): Operator {
  const count = parseCount(reader);
  reader.expectName("by");
  return { kind: "top", count, key: parseSortKey(reader) };
}

function parseSummarize(reader: TokenReader): Operator {
  const aggregates = reader.peek().text === "by" ? [] : parseNamedList(reader);
  const by = reader.acceptName("by") ? parseNamedList(reader) : [];
  return { kind: "summarize", aggregates, by };
}

const EXPAND_DEFAULT_LIMIT = 128;

function parseExpand(reader: TokenReader): Operator {
  const { name, expression } = parseNamed(reader);
  const limit = reader.acceptName("limit") ? parseCount(reader) : EXPAND_DEFAULT_LIMIT;
  return { kind: "mv-expand", name, expression, limit };
}

function parseJoin(reader: TokenReader): Operator {
  let join: JoinKind = "innerunique";
  if (reader.acceptName("kind")) {
    reader.expect("=");
    const token = reader.peek();
    const kind = reader.name();
    if (kind !== "leftouter" && kind !== "inner" && kind !== "innerunique") {
      throw new KqlError({ kind: "parser", line: token.line, column: token.column, token: kind });
    }
    join = kind;
  }
  reader.expect("(");
  const right = parsePipeline(reader);
  reader.expect(")");
  reader.expectName("on");
  const on = [parseJoinKey(reader)];
  while (reader.accept(",") || reader.acceptName("and")) on.push(parseJoinKey(reader));
  return { kind: "join", join, right, on };
}

function parseJoinKey(reader: TokenReader): { left: string; right: string } {
  if (reader.peek().text !== "$left" && reader.peek().text !== "$right") {
    const name = reader.name();
    return { left: name, right: name };
  }
  const sides: Record<string, string> = {};
  const readSide = () => {
    const side = reader.peek().text;
    reader.skip(1);
    reader.expect(".");
    sides[side] = reader.name();
  };
  readSide();
  reader.expect("==");
  readSide();
  const { $left: left, $right: right } = sides;
  if (left === undefined || right === undefined) throw reader.unexpected();
  return { left, right };
}
