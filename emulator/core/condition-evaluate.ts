import { type ConditionNode, type ConditionValue, parseCondition } from "./condition-parse.ts";
import { compileActionPattern } from "./wildcard.ts";

/** Attributes of a request by lower-cased `source:name`; a missing one does not exist. */
export type Attributes = Readonly<Record<string, readonly string[]>>;
/** Null when it depends on attributes that the question did not give. */
export type Truth = boolean | null;

const parsed = new Map<string, ConditionNode | null>();

function nodeOf(text: string): ConditionNode | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  let node: ConditionNode | null = null;
  try {
    node = parseCondition(text);
  } catch {
    // A stored condition that does not parse never holds.
  }
  parsed.set(text, node);
  return node;
}

/** Whether the condition holds for an action. Attributes are null when the question is not about one request. */
export function conditionHolds(text: string, action: string, attributes: Attributes | null): Truth {
  const node = nodeOf(text);
  return node === null ? false : evaluate(node, action, attributes);
}

function evaluate(node: ConditionNode, action: string, attributes: Attributes | null): Truth {
  switch (node.kind) {
    case "action":
      return compileActionPattern(node.pattern).test(action);
    case "subOperation":
      return attributes === null ? null : (attributes["suboperation:name"] ?? []).includes(node.name);
    case "not": {
      const inner = evaluate(node.part, action, attributes);
      return inner === null ? null : !inner;
    }
    case "and":
    case "or": {
      const decisive = node.kind === "or";
      const results = node.parts.map((part) => evaluate(part, action, attributes));
      if (results.includes(decisive)) return decisive;
      return results.includes(null) ? null : !decisive;
    }
    case "exists":
      return attributes === null ? null : (attributes[node.key] !== undefined) !== node.negated;
    case "compare":
      return attributes === null ? null : compare(node, attributes);
  }
}

function valuesOf(value: ConditionValue, attributes: Attributes): readonly string[] | undefined {
  return value.kind === "values" ? value.values : attributes[value.key];
}

function compare(node: Extract<ConditionNode, { kind: "compare" }>, attributes: Attributes): boolean {
  const [left, right] = [valuesOf(node.left, attributes), valuesOf(node.right, attributes)];
  // An attribute that does not exist makes every comparison false, the negative ones too.
  if (left === undefined || right === undefined) return false;
  const test = (a: string, b: string): boolean => matches(node.operator, a, b);
  const all = node.quantifier?.slice("for".length) ?? "anyofanyvalues";
  const inner = (a: string): boolean =>
    all.endsWith("ofallvalues") ? right.every((b) => test(a, b)) : right.some((b) => test(a, b));
  return all.startsWith("all") ? left.every(inner) : left.some(inner);
}

function matches(operator: string, a: string, b: string): boolean {
  const negative = /^(string|numeric|datetime|bool|guid)not/.exec(operator);
  if (negative !== null) return !matches(operator.replace(/^(\w+?)not/, "$1"), a, b);
  if (operator.startsWith("guid") || operator.startsWith("bool")) return a.toLowerCase() === b.toLowerCase();
  if (operator.startsWith("string")) return matchesText(operator, a, b);
  const isTime = operator.startsWith("datetime");
  const [x, y] = isTime ? [Date.parse(a), Date.parse(b)] : [Number(a), Number(b)];
  switch (operator.replace(/^(numeric|datetime)/, "")) {
    case "equals":
      return x === y;
    case "lessthan":
      return x < y;
    case "lessthanequals":
      return x <= y;
    case "greaterthan":
      return x > y;
    default:
      return x >= y;
  }
}

function matchesText(operator: string, a: string, b: string): boolean {
  const ignoresCase = operator.endsWith("ignorecase");
  const [x, y] = ignoresCase ? [a.toLowerCase(), b.toLowerCase()] : [a, b];
  if (operator.startsWith("stringstartswith")) return x.startsWith(y);
  if (!operator.startsWith("stringlike")) return x === y;
  const parts = y.split("*").map((part) => part.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("?", "."));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(x);
}
