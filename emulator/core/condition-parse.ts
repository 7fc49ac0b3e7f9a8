/** Conditions of role assignments, version 2.0: https://learn.microsoft.com/azure/role-based-access-control/conditions-format */

export type ConditionValue = { kind: "attribute"; key: string } | { kind: "values"; values: string[] };
export type ConditionNode =
  | { kind: "or" | "and"; parts: ConditionNode[] }
  | { kind: "not"; part: ConditionNode }
  | { kind: "action"; pattern: string }
  | { kind: "subOperation"; name: string }
  | { kind: "exists"; key: string; negated: boolean }
  | { kind: "compare"; quantifier: string | null; operator: string; left: ConditionValue; right: ConditionValue };

export class ConditionSyntaxError extends Error {}

type Token = { kind: "word" | "text" | "attribute" | "mark"; text: string; at: number };

const TOKEN =
  /\s*(?:(?<attribute>@(?:Request|Resource|Principal|Environment)\[[^\]]+\](?:<\$[^>]*\$>)?)|(?<text>'(?:[^'\\]|\\.)*')|(?<mark>&&|\|\||[(){},!])|(?<word>[A-Za-z0-9_.:+-]+))/iy;

function tokenise(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    if (source.slice(at).trim() === "") break;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) throw new ConditionSyntaxError(`unexpected text at character ${at + 1}`);
    for (const kind of ["attribute", "text", "mark", "word"] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found, at });
    }
  }
  return tokens;
}

const QUANTIFIERS = ["forAnyOfAnyValues", "forAllOfAnyValues", "forAnyOfAllValues", "forAllOfAllValues"].map((name) =>
  name.toLowerCase(),
);
const OPERATORS = new Set(
  [
    ...["stringEquals", "stringNotEquals", "stringEqualsIgnoreCase", "stringNotEqualsIgnoreCase", "stringStartsWith"],
    ...["stringNotStartsWith", "stringStartsWithIgnoreCase", "stringNotStartsWithIgnoreCase", "stringLike", "stringNotLike"],
    ...["stringLikeIgnoreCase", "stringNotLikeIgnoreCase", "numericEquals", "numericNotEquals", "numericLessThan"],
    ...["numericLessThanEquals", "numericGreaterThan", "numericGreaterThanEquals", "dateTimeEquals", "dateTimeNotEquals"],
    ...["dateTimeLessThan", "dateTimeLessThanEquals", "dateTimeGreaterThan", "dateTimeGreaterThanEquals", "boolEquals"],
    ...["boolNotEquals", "guidEquals", "guidNotEquals"],
  ].map((name) => name.toLowerCase()),
);

/** Lower-cased `source:name` of an attribute, without the mark for keys that keep their case. */
function attributeKey(text: string): string {
  const match = /^@(\w+)\[([^\]]+)\]/.exec(text);
  return `${match?.[1] ?? ""}:${match?.[2] ?? ""}`.toLowerCase();
}

class Reader {
  private readonly tokens: Token[];
  private at = 0;
  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }
  peek(): Token | undefined {
    return this.tokens[this.at];
  }
  next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw new ConditionSyntaxError("the text ends too early");
    this.at += 1;
    return token;
  }
  takes(...texts: string[]): boolean {
    if (!texts.includes(this.peek()?.text.toLowerCase() ?? "")) return false;
    this.at += 1;
    return true;
  }
  expect(text: string): void {
    const token = this.next();
    if (token.text !== text) throw new ConditionSyntaxError(`'${text}' expected at character ${token.at + 1}`);
  }
}

/** Reads a condition. Throws ConditionSyntaxError, whose message says where the text goes wrong. */
export function parseCondition(source: string): ConditionNode {
  const reader = new Reader(tokenise(source));
  const node = readOr(reader);
  const rest = reader.peek();
  if (rest !== undefined) throw new ConditionSyntaxError(`unexpected '${rest.text}' at character ${rest.at + 1}`);
  return node;
}

function readOr(reader: Reader): ConditionNode {
  const parts = [readAnd(reader)];
  while (reader.takes("or", "||")) parts.push(readAnd(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "or", parts };
}

function readAnd(reader: Reader): ConditionNode {
  const parts = [readUnary(reader)];
  while (reader.takes("and", "&&")) parts.push(readUnary(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "and", parts };
}

function readUnary(reader: Reader): ConditionNode {
  if (reader.takes("not", "!")) return { kind: "not", part: readUnary(reader) };
  if (reader.takes("(")) {
    const inner = readOr(reader);
    reader.expect(")");
    return inner;
  }
  return readTerm(reader);
}

function readTerm(reader: Reader): ConditionNode {
  if (reader.takes("actionmatches")) return { kind: "action", pattern: readOnlyText(reader) };
  if (reader.takes("suboperationmatches")) return { kind: "subOperation", name: readOnlyText(reader) };
  const negated = reader.peek()?.text.toLowerCase() === "notexists";
  if (reader.takes("exists", "notexists")) {
    const token = reader.next();
    if (token.kind !== "attribute") throw new ConditionSyntaxError(`an attribute is expected at character ${token.at + 1}`);
    return { kind: "exists", key: attributeKey(token.text), negated };
  }
  const left = readValue(reader);
  const name = reader.next();
  const [first = "", second] = name.text.toLowerCase().split(":");
  const [quantifier, operator] = second === undefined ? [null, first] : [first, second];
  if (!OPERATORS.has(operator) || (quantifier !== null && !QUANTIFIERS.includes(quantifier))) {
    throw new ConditionSyntaxError(`'${name.text}' at character ${name.at + 1} is not an operator`);
  }
  return { kind: "compare", quantifier, operator, left, right: readValue(reader) };
}

function readOnlyText(reader: Reader): string {
  reader.expect("{");
  const token = reader.next();
  if (token.kind !== "text") throw new ConditionSyntaxError(`a text in quotes is expected at character ${token.at + 1}`);
  reader.expect("}");
  return unquote(token);
}

function unquote(token: Token): string {
  return token.kind === "text" ? token.text.slice(1, -1).replace(/\\(.)/g, "$1") : token.text;
}

function readValue(reader: Reader): ConditionValue {
  const token = reader.next();
  if (token.kind === "attribute") return { kind: "attribute", key: attributeKey(token.text) };
  if (token.text !== "{") {
    if (token.kind === "mark") throw new ConditionSyntaxError(`a value is expected at character ${token.at + 1}`);
    return { kind: "values", values: [unquote(token)] };
  }
  const values: string[] = [];
  do {
    const value = reader.next();
    if (value.kind !== "text" && value.kind !== "word")
      throw new ConditionSyntaxError(`a value is expected at character ${value.at + 1}`);
    values.push(unquote(value));
  } while (reader.takes(","));
  reader.expect("}");
  return { kind: "values", values };
}
