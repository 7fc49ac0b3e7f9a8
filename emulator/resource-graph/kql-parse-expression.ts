import type { Expression } from "./kql-ast.ts";
import type { Token } from "./kql-lexer.ts";
import type { TokenReader } from "./kql-reader.ts";
import type { Value } from "./kql-values.ts";

const COMPARISONS = new Set(["==", "!=", "=~", "!~", "<", "<=", ">", ">="]);
const TEXT_OPERATORS = new Set(
  ["has", "has_cs", "contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs"].flatMap((name) => [
    name,
    `!${name}`,
  ]),
);
const LIST_OPERATORS = new Set(["in", "in~", "!in", "!in~", "has_any"]);

/** Precedence, loosest first: or, and, comparison, sum, product, unary, access. */
export function parseExpression(reader: TokenReader): Expression {
  let left = parseAnd(reader);
  while (reader.acceptName("or")) left = { kind: "binary", operator: "or", left, right: parseAnd(reader) };
  return left;
}

function parseAnd(reader: TokenReader): Expression {
  let left = parseComparison(reader);
  while (reader.acceptName("and")) left = { kind: "binary", operator: "and", left, right: parseComparison(reader) };
  return left;
}

function parseComparison(reader: TokenReader): Expression {
  const left = parseSum(reader);
  const operator = reader.peek().text;
  const isWord = reader.peek().kind === "name" || reader.peek().kind === "op";
  if (!isWord) return left;
  if (COMPARISONS.has(operator) || TEXT_OPERATORS.has(operator)) {
    reader.skip(1);
    return { kind: "binary", operator, left, right: parseSum(reader) };
  }
  if (LIST_OPERATORS.has(operator)) {
    reader.skip(1);
    return { kind: "list", operator, left, items: parseArguments(reader) };
  }
  if (operator === "between" || operator === "!between") {
    reader.skip(1);
    reader.expect("(");
    const low = parseSum(reader);
    reader.expect("..");
    const high = parseSum(reader);
    reader.expect(")");
    return { kind: "list", operator, left, items: [low, high] };
  }
  return left;
}

function parseSum(reader: TokenReader): Expression {
  let left = parseProduct(reader);
  for (;;) {
    const operator = reader.peek().text;
    if (reader.peek().kind !== "op" || (operator !== "+" && operator !== "-")) return left;
    reader.skip(1);
    left = { kind: "binary", operator, left, right: parseProduct(reader) };
  }
}

function parseProduct(reader: TokenReader): Expression {
  let left = parseUnary(reader);
  for (;;) {
    const operator = reader.peek().text;
    if (reader.peek().kind !== "op" || (operator !== "*" && operator !== "/" && operator !== "%")) return left;
    reader.skip(1);
    left = { kind: "binary", operator, left, right: parseUnary(reader) };
  }
}

function parseUnary(reader: TokenReader): Expression {
  if (reader.accept("-")) return { kind: "unary", operator: "-", operand: parseUnary(reader) };
  return parseAccess(reader);
}

function parseAccess(reader: TokenReader): Expression {
  let target = parsePrimary(reader);
  for (;;) {
    if (reader.accept(".")) {
      target = { kind: "member", target, name: reader.name() };
    } else if (reader.accept("[")) {
      const index = parseExpression(reader);
      reader.expect("]");
      target = { kind: "index", target, index };
    } else {
      return target;
    }
  }
}

function parseArguments(reader: TokenReader): Expression[] {
  reader.expect("(");
  const args: Expression[] = [];
  if (reader.accept(")")) return args;
  do args.push(parseExpression(reader));
  while (reader.accept(","));
  reader.expect(")");
  return args;
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.peek();
  if (token.kind === "string" || token.kind === "number" || token.kind === "timespan" || token.kind === "datetime") {
    reader.skip(1);
    return literal(token);
  }
  if (reader.accept("(")) {
    const inner = parseExpression(reader);
    reader.expect(")");
    return inner;
  }
  if (token.kind === "name" && (token.text === "true" || token.text === "false")) {
    reader.skip(1);
    return { kind: "literal", type: "bool", value: token.text === "true" };
  }
  if (token.kind === "name" && reader.peek(1).text === "(") return parseCall(reader, token);
  return { kind: "column", name: reader.name() };
}

function literal(token: Token): Expression {
  if (token.kind === "string") return { kind: "literal", type: "string", value: token.value };
  if (token.kind === "timespan" || token.kind === "datetime") return { kind: "literal", type: token.kind, value: token.value };
  return { kind: "literal", type: /[.eE]/.test(token.text) ? "real" : "long", value: token.value };
}

function parseCall(reader: TokenReader, token: Token): Expression {
  reader.skip(1);
  if (token.text === "dynamic") {
    reader.expect("(");
    const value = parseDynamic(reader);
    reader.expect(")");
    return { kind: "dynamic", value };
  }
  const args = parseArguments(reader);
  const [operand] = args;
  if (token.text === "not" && operand && args.length === 1) return { kind: "unary", operator: "not", operand };
  return { kind: "call", name: token.text, args };
}

function parseDynamic(reader: TokenReader): Value {
  const token = reader.peek();
  if (reader.accept("[")) {
    const items: Value[] = [];
    if (reader.accept("]")) return items;
    do items.push(parseDynamic(reader));
    while (reader.accept(","));
    reader.expect("]");
    return items;
  }
  if (reader.accept("{")) {
    const bag: { [key: string]: Value } = {};
    if (reader.accept("}")) return bag;
    do {
      const key = reader.peek();
      if (key.kind !== "string") throw reader.unexpected();
      reader.skip(1);
      reader.expect(":");
      bag[String(key.value)] = parseDynamic(reader);
    } while (reader.accept(","));
    reader.expect("}");
    return bag;
  }
  const minus = reader.accept("-") ? -1 : 1;
  const scalar = minus === -1 ? reader.peek() : token;
  reader.skip(1);
  if (scalar.kind === "number" && typeof scalar.value === "number") return minus * scalar.value;
  if (scalar.kind === "string" && minus === 1) return scalar.value;
  if (scalar.text === "true" || scalar.text === "false") return scalar.text === "true";
  if (scalar.text === "null") return null;
  throw reader.unexpected();
}
