/**
 * Azure's condition language, as far as reading it needs (Azure role assignment condition format and syntax). Attribute
 * names and sources are in lower case; `opaque` is a part that is well formed but that this engine does not decide.
 */
export type ConditionNode =
  | { op: "and" | "or"; parts: readonly ConditionNode[] }
  | { op: "not"; part: ConditionNode }
  | { op: "action"; pattern: string }
  | { op: "compare"; source: string; attribute: string; operator: string; values: readonly string[] }
  | { op: "opaque" };

export type ParsedCondition = { ok: true; node: ConditionNode } | { ok: false; position: number; message: string };

type Token = { kind: "punctuation" | "word" | "string" | "attribute"; text: string; at: number };

const TOKEN =
  /(?<space>\s+)|(?<punctuation>&&|\|\||[(){},!])|(?<string>'(?:[^'\\]|\\.)*')|(?<attribute>@[A-Za-z]+\[[^\]]*\])|(?<word>[A-Za-z0-9_.:*/$-]+)/y;
const MAX_DEPTH = 64;

class ConditionSyntaxError extends Error {
  readonly position: number;
  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

function tokenise(text: string): Token[] {
  const list: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new ConditionSyntaxError(at, `unexpected character ${text[at]}`);
    const found = (["punctuation", "string", "attribute", "word"] as const).find((kind) => groups[kind] !== undefined);
    if (found !== undefined) list.push({ kind: found, text: groups[found] ?? "", at });
    at = TOKEN.lastIndex;
  }
  return list;
}

function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toLowerCase());
}

function isSign(token: Token | undefined, ...signs: string[]): boolean {
  return token?.kind === "punctuation" && signs.includes(token.text);
}

function createCursor(list: readonly Token[], textLength: number) {
  let next = 0;
  function fail(message: string): never {
    throw new ConditionSyntaxError(list[next]?.at ?? textLength, message);
  }
  return {
    fail,
    peek: () => list[next],
    advance: () => {
      next += 1;
    },
    expect: (sign: string) => {
      if (!isSign(list[next], sign)) fail(`expected ${sign}`);
      next += 1;
    },
  };
}

/** A recursive descent: or, and, not, then one test. */
function createReader(list: readonly Token[], textLength: number) {
  const cursor: ReturnType<typeof createCursor> = createCursor(list, textLength);
  const { peek, advance, expect } = cursor;
  const fail: (message: string) => never = cursor.fail;
  let depth = 0;

  function join(op: "and" | "or", words: [string, string], part: () => ConditionNode): ConditionNode {
    const parts = [part()];
    while (isWord(peek(), words[0]) || isSign(peek(), words[1])) {
      advance();
      parts.push(part());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { op, parts };
  }

  const expression = (): ConditionNode => join("or", ["or", "||"], () => join("and", ["and", "&&"], unary));

  function unary(): ConditionNode {
    depth += 1;
    if (depth > MAX_DEPTH) fail("the condition is nested too deeply");
    const node = isSign(peek(), "!") || isWord(peek(), "not") ? negated() : primary();
    depth -= 1;
    return node;
  }

  function negated(): ConditionNode {
    advance();
    return { op: "not", part: unary() };
  }

  function primary(): ConditionNode {
    const token = peek();
    if (isSign(token, "(")) {
      advance();
      const inner = expression();
      expect(")");
      return inner;
    }
    if (isWord(token, "actionmatches", "suboperationmatches")) return matches(isWord(token, "actionmatches"));
    if (isWord(token, "exists", "notexists")) {
      advance();
      attribute();
      return { op: "opaque" };
    }
    if (token?.kind === "attribute") return comparison();
    return fail("expected a test, such as ActionMatches or @Request[...]");
  }

  function matches(isAction: boolean): ConditionNode {
    advance();
    const [value] = valueSet();
    if (value === undefined) fail("expected one value");
    return isAction ? { op: "action", pattern: value } : { op: "opaque" };
  }

  function attribute(): { source: string; attribute: string } {
    const token = peek();
    if (token?.kind !== "attribute") return fail("expected an attribute, such as @Request[...]");
    advance();
    const open = token.text.indexOf("[");
    return {
      source: token.text.slice(1, open).toLowerCase(),
      attribute: token.text
        .slice(open + 1, -1)
        .trim()
        .toLowerCase(),
    };
  }

  function comparison(): ConditionNode {
    const left = attribute();
    const operator = peek();
    if (operator?.kind !== "word") return fail("expected an operator, such as GuidEquals");
    advance();
    if (peek()?.kind === "attribute") {
      attribute();
      return { op: "opaque" };
    }
    return {
      op: "compare",
      ...left,
      operator: operator.text.toLowerCase(),
      values: isSign(peek(), "{") ? valueSet() : [value()],
    };
  }

  function valueSet(): string[] {
    expect("{");
    const values: string[] = [];
    while (!isSign(peek(), "}")) {
      if (values.length > 0) expect(",");
      values.push(value());
    }
    advance();
    return values;
  }

  function value(): string {
    const token = peek();
    if (token?.kind !== "word" && token?.kind !== "string") return fail("expected a value");
    advance();
    return token.kind === "string" ? token.text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : token.text;
  }

  return (): ConditionNode => {
    const node = expression();
    if (peek() !== undefined) fail("expected AND, OR or the end");
    return node;
  };
}

/** Parses a condition; a mistake comes back with its position (from 0) and what was expected there. */
export function parseCondition(text: string): ParsedCondition {
  try {
    return { ok: true, node: createReader(tokenise(text), text.length)() };
  } catch (error) {
    if (error instanceof ConditionSyntaxError) return { ok: false, position: error.position, message: error.message };
    throw error;
  }
}
