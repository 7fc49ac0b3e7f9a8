import type { Entity, Property } from "./entity.ts";
import { badRequest } from "./errors.ts";

export type Filter<Row> = {
  test: (row: Row) => boolean;
  /** Uses operators that need `ConsistencyLevel: eventual` and `$count=true`. */
  isAdvanced: boolean;
  /** More clauses and values of `in` than a plain query may have; an advanced one may, within the length of its address. */
  isLong: boolean;
};

type Token = { kind: "word" | "text" | "symbol" | "end"; text: string; at: number };
const FACTS = { isSelected: false, inList: true };
const WORD = /^[A-Za-z0-9_@$:.+-]+(\/[A-Za-z]+)*/;
const MAX_CLAUSES = 15;

/**
 * The part of OData $filter that directory objects take: eq, ne, in, startswith, endswith, ge, le, any() on collections, and, or,
 * not. Everything else is refused. Source: https://learn.microsoft.com/graph/aad-advanced-queries.
 */
export function parseFilter<Row>(text: string, entity: Entity<Row>): Filter<Row> {
  const parser = new FilterParser(tokenize(text), entity);
  const test = parser.parseOr();
  parser.expectEnd();
  return { test, isAdvanced: parser.isAdvanced, isLong: parser.values > MAX_CLAUSES };
}

function invalid(detail: string): Error {
  return badRequest(`Invalid filter clause: ${detail}`);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (rest.startsWith(" ")) {
      at += 1;
      continue;
    }
    if (rest.startsWith("'")) {
      const quoted = /^'((?:[^']|'')*)'/.exec(rest);
      if (!quoted) throw invalid(`There is an unterminated string literal at position ${text.length} in '${text}'.`);
      tokens.push({ kind: "text", text: (quoted[1] ?? "").replaceAll("''", "'"), at });
      at += quoted[0].length;
      continue;
    }
    const word = WORD.exec(rest);
    const token: Token = word ? { kind: "word", text: word[0], at } : { kind: "symbol", text: rest[0] ?? "", at };
    if (!word && !"(),".includes(token.text)) throw invalid(`Syntax error at position ${at} in '${text}'.`);
    // A lambda's colon binds name and body: "c:c" are two words.
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

type Test<Row> = (row: Row) => boolean;

class FilterParser<Row> {
  isAdvanced = false;
  values = 0;
  private at = 0;
  private clauses = 0;
  private readonly tokens: Token[];
  private readonly entity: Entity<Row>;

  constructor(tokens: Token[], entity: Entity<Row>) {
    this.tokens = tokens;
    this.entity = entity;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "", at: 0 };
  }

  private take(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private accept(text: string): boolean {
    if (this.peek().kind === "text" || this.peek().text !== text) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw invalid(`'${text}' expected at position ${this.peek().at}.`);
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw invalid(`Syntax error at position ${this.peek().at}.`);
  }

  parseOr(): Test<Row> {
    let left = this.parseAnd();
    while (this.accept("or")) {
      const [a, b] = [left, this.parseAnd()];
      left = (row) => a(row) || b(row);
    }
    return left;
  }

  private parseAnd(): Test<Row> {
    let left = this.parseNot();
    while (this.accept("and")) {
      const [a, b] = [left, this.parseNot()];
      left = (row) => a(row) && b(row);
    }
    return left;
  }

  private parseNot(): Test<Row> {
    if (this.accept("not")) {
      this.isAdvanced = true;
      const inner = this.parseNot();
      return (row) => !inner(row);
    }
    if (this.accept("(")) {
      const inner = this.parseOr();
      this.expect(")");
      return inner;
    }
    return this.parseClause();
  }

  private parseClause(): Test<Row> {
    this.clauses += 1;
    if (this.clauses > MAX_CLAUSES)
      throw badRequest(
        `Too many child clauses specified in search filter expression containing 'OR' operators: ${this.clauses}. Max allowed: ${MAX_CLAUSES}.`,
      );
    const { kind, text } = this.take();
    if (kind !== "word") throw invalid(`Syntax error at position ${this.peek().at}.`);
    // The documentation spells the functions both startsWith and startswith.
    const call = text.toLowerCase();
    if (call === "startswith" || call === "endswith") return this.parseTextCall(call);
    if (text.endsWith("/any")) return this.parseAny(text.slice(0, -"/any".length));
    return this.parseComparison(this.property(text), text);
  }

  private property(name: string): Property<Row> {
    const property = this.entity.properties.get(name);
    if (!property) throw invalid(`Could not find a property named '${name}' on type 'microsoft.graph.${this.entity.type}'.`);
    if (property.kind === "complex")
      throw badRequest(
        `Unsupported or invalid query filter clause specified for property '${name}' of resource '${this.entity.type}'.`,
      );
    return property;
  }

  private parseTextCall(call: "startswith" | "endswith"): Test<Row> {
    if (call === "endswith") this.isAdvanced = true;
    this.expect("(");
    const property = this.property(this.take().text);
    this.expect(",");
    const { kind, text } = this.take();
    if (kind !== "text") throw invalid(`${call} needs a string.`);
    this.expect(")");
    const sought = text.toLowerCase();
    return (row) => {
      const value = String(property.get(row, FACTS) ?? "").toLowerCase();
      return call === "startswith" ? value.startsWith(sought) : value.endsWith(sought);
    };
  }

  /** `servicePrincipalNames/any(c:c eq '..')` and `alternativeNames/any(x:startswith(x,'..'))`. */
  private parseAny(name: string): Test<Row> {
    this.expect("(");
    const head = this.take().text;
    const [variable = "", body = ""] = head.split(":");
    let first = body === "" ? this.take().text : body;
    // A member of the elements, as in targetResources/any(t:t/id eq '..'), stands under a name of its own.
    const member = first.startsWith(`${variable}/`) ? first.slice(variable.length) : "";
    if (member !== "") first = variable;
    const property = this.property(name + member);
    if (property.kind !== "texts") throw invalid(`any() needs a collection, '${name}' is none.`);
    const values = (row: Row) => (property.get(row, FACTS) as string[]).map((value) => value.toLowerCase());
    let test: Test<Row>;
    if (first.toLowerCase() === "startswith") {
      this.expect("(");
      this.expect(variable);
      this.expect(",");
      const sought = this.take().text.toLowerCase();
      this.expect(")");
      test = (row) => values(row).some((value) => value.startsWith(sought));
    } else if (first === variable) {
      this.expect("eq");
      const sought = this.take().text.toLowerCase();
      test = (row) => values(row).includes(sought);
    } else {
      throw invalid(`Syntax error in any() of '${name}'.`);
    }
    this.expect(")");
    return test;
  }

  private parseComparison(property: Property<Row>, name: string): Test<Row> {
    const operator = this.take().text;
    if (property.kind === "texts") throw invalid(`'${name}' is a collection: use any().`);
    const get = (row: Row) => fold(property.get(row, FACTS));
    if (operator === "in") {
      this.expect("(");
      const wanted = new Set<unknown>();
      do wanted.add(this.value(property, name));
      while (this.accept(","));
      this.expect(")");
      this.values += wanted.size;
      return (row) => wanted.has(get(row));
    }
    if (operator === "ne") this.isAdvanced = true;
    const wanted = this.value(property, name);
    if (operator === "eq") return (row) => get(row) === wanted;
    if (operator === "ne") return (row) => get(row) !== wanted;
    if (operator !== "ge" && operator !== "le") throw invalid(`Operator '${operator}' is not supported for property '${name}'.`);
    return (row) => {
      const value = get(row);
      if (value === null || wanted === null) return false;
      return operator === "ge" ? String(value) >= String(wanted) : String(value) <= String(wanted);
    };
  }

  private value(property: Property<Row>, name: string): string | boolean | null {
    const { kind, text } = this.take();
    if (kind === "word" && text === "null") return null;
    if (property.kind === "flag") {
      if (kind === "word" && (text === "true" || text === "false")) return text === "true";
    } else if (property.kind === "time" ? kind === "word" && /^\d{4}-\d{2}-\d{2}/.test(text) : kind === "text") {
      return text.toLowerCase();
    }
    throw invalid(`A value of the wrong type was given for property '${name}'.`);
  }
}

/** Directory text compares without case. */
function fold(value: unknown): string | boolean | null {
  if (typeof value === "string") return value.toLowerCase();
  return typeof value === "boolean" ? value : null;
}
