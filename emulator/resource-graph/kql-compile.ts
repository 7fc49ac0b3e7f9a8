import type { Expression } from "./kql-ast.ts";
import { semanticError } from "./kql-errors.ts";
import { FUNCTIONS, type FunctionContext } from "./kql-functions.ts";
import { compareValues, keyOf, toText, type Value, type ValueType } from "./kql-values.ts";

/** A value computed from one source row. Nothing is read from the source before `get` asks for it. */
export type Compiled<Source> = { type: ValueType; get: (source: Source) => Value; constant?: { value: Value } };
export type Schema<Source> = Map<string, Compiled<Source>>;
export type CompileScope<Source> = { schema: Schema<Source>; operator: string; context: FunctionContext };

/** Turns an expression into a function over source rows. Throws KqlError for unknown columns, functions and misfits of type. */
export function compileExpression<Source>(expression: Expression, scope: CompileScope<Source>): Compiled<Source> {
  switch (expression.kind) {
    case "literal":
      return constantOf(expression.type, expression.value);
    case "dynamic":
      return constantOf("dynamic", expression.value);
    case "column":
      return compileColumn(expression.name, scope);
    case "member":
      return compileMember(compileExpression(expression.target, scope), expression.name, scope);
    case "index":
      return compileIndex(compileExpression(expression.target, scope), compileExpression(expression.index, scope), scope);
    case "call":
      return compileCall(expression.name, expression.args, scope);
    case "unary":
      return compileUnary(expression.operator, compileExpression(expression.operand, scope));
    case "binary":
      return compileBinary(
        expression.operator,
        compileExpression(expression.left, scope),
        compileExpression(expression.right, scope),
      );
    case "list":
      return compileList(
        expression.operator,
        compileExpression(expression.left, scope),
        expression.items.map((item) => compileExpression(item, scope)),
      );
  }
}

function constantOf<Source>(type: ValueType, value: Value): Compiled<Source> {
  return { type, get: () => value, constant: { value } };
}

function compileColumn<Source>(name: string, scope: CompileScope<Source>): Compiled<Source> {
  const column = scope.schema.get(name);
  if (!column) throw semanticError(`'${scope.operator}' operator: Failed to resolve scalar expression named '${name}'`);
  return column;
}

function compileMember<Source>(target: Compiled<Source>, name: string, scope: CompileScope<Source>): Compiled<Source> {
  if (target.type !== "dynamic") {
    throw semanticError(
      `'${scope.operator}' operator: Path expression source must be of type 'dynamic', '${target.type}' was found`,
    );
  }
  return { type: "dynamic", get: (source) => memberOf(target.get(source), name) };
}

function memberOf(value: Value, name: string): Value {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function compileIndex<Source>(target: Compiled<Source>, index: Compiled<Source>, scope: CompileScope<Source>): Compiled<Source> {
  if (target.type !== "dynamic") {
    throw semanticError(
      `'${scope.operator}' operator: Path expression source must be of type 'dynamic', '${target.type}' was found`,
    );
  }
  return {
    type: "dynamic",
    get: (source) => {
      const [value, key] = [target.get(source), index.get(source)];
      if (typeof key === "string") return memberOf(value, key);
      return typeof key === "number" && Array.isArray(value) ? (value.at(key) ?? null) : null;
    },
  };
}

function compileCall<Source>(name: string, args: Expression[], scope: CompileScope<Source>): Compiled<Source> {
  const definition = FUNCTIONS.get(name);
  if (!definition) throw semanticError(`Unknown function: '${name}'.`);
  if (args.length < definition.min || args.length > definition.max) {
    throw semanticError(`${name}(): function expects ${definition.min} to ${definition.max} argument(s), ${args.length} found`);
  }
  const compiled = args.map((argument) => compileExpression(argument, scope));
  const types = compiled.map((argument) => argument.type);
  const { context } = scope;
  return {
    type: typeof definition.type === "function" ? definition.type(types) : definition.type,
    get: (source) =>
      definition.apply(
        compiled.map((argument) => argument.get(source)),
        types,
        context,
      ),
  };
}

function compileUnary<Source>(operator: "-" | "not", operand: Compiled<Source>): Compiled<Source> {
  if (operator === "not") {
    return {
      type: "bool",
      get: (source) => {
        const value = operand.get(source);
        return typeof value === "boolean" ? !value : null;
      },
    };
  }
  return {
    type: operand.type,
    get: (source) => {
      const value = operand.get(source);
      return typeof value === "number" || typeof value === "bigint" ? -value : null;
    },
  };
}

function compileBinary<Source>(operator: string, left: Compiled<Source>, right: Compiled<Source>): Compiled<Source> {
  if (operator === "and") return { type: "bool", get: (source) => left.get(source) === true && right.get(source) === true };
  if (operator === "or") return { type: "bool", get: (source) => left.get(source) === true || right.get(source) === true };
  if (["+", "-", "*", "/", "%"].includes(operator)) return compileArithmetic(operator, left, right);
  if (["==", "!=", "<", "<=", ">", ">="].includes(operator)) return compileComparison(operator, left, right);
  return compileText(operator, left, right);
}

function compileComparison<Source>(operator: string, left: Compiled<Source>, right: Compiled<Source>): Compiled<Source> {
  if (!areComparable(left.type, right.type)) {
    throw semanticError(`Cannot compare values of types ${left.type} and ${right.type}. Try adding explicit casts`);
  }
  const test = COMPARISON_TESTS[operator];
  if (!test) throw semanticError(`Unknown operator: '${operator}'.`);
  return {
    type: "bool",
    get: (source) => {
      const [a, b] = [left.get(source), right.get(source)];
      if (a === null || b === null) return a === b ? null : operator === "!=";
      return test(compareValues(a, b));
    },
  };
}

const COMPARISON_TESTS: Record<string, (order: number) => boolean> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function areComparable(left: ValueType, right: ValueType): boolean {
  if (left === right || left === "dynamic" || right === "dynamic") return true;
  const numeric = (type: ValueType) => type === "long" || type === "real";
  return numeric(left) && numeric(right);
}

function compileArithmetic<Source>(operator: string, left: Compiled<Source>, right: Compiled<Source>): Compiled<Source> {
  const [a, b] = [left.type, right.type];
  const isTime = (type: ValueType) => type === "datetime" || type === "timespan";
  if (isTime(a) || isTime(b)) {
    const isShift = isTime(a) && isTime(b) && (operator === "-" || (operator === "+" && !(a === "datetime" && b === "datetime")));
    if (!isShift) throw semanticError(`Operator '${operator}' does not fit types ${a} and ${b}`);
    const type = a === b ? "timespan" : "datetime";
    return {
      type,
      get: (source) => {
        const [x, y] = [left.get(source), right.get(source)];
        if (typeof x !== "bigint" || typeof y !== "bigint") return null;
        return operator === "+" ? x + y : x - y;
      },
    };
  }
  const type = a === "long" && b === "long" ? "long" : "real";
  return { type, get: (source) => calculate(operator, left.get(source), right.get(source), type) };
}

function calculate(operator: string, x: Value, y: Value, type: ValueType): Value {
  if (typeof x !== "number" || typeof y !== "number") return null;
  if (operator === "+") return x + y;
  if (operator === "-") return x - y;
  if (operator === "*") return x * y;
  if (y === 0) return null;
  if (operator === "%") return x % y;
  return type === "long" ? Math.trunc(x / y) : x / y;
}

type TextTest = (text: string, sought: string) => boolean;

/** `has` looks for a whole term: a run of letters and digits. */
function hasTerm(text: string, sought: string): boolean {
  if (sought === "") return true;
  const isTermPart = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
  for (let at = text.indexOf(sought); at !== -1; at = text.indexOf(sought, at + 1)) {
    const cleanStart = !isTermPart(text[at - 1]) || !isTermPart(sought[0]);
    const cleanEnd = !isTermPart(text[at + sought.length]) || !isTermPart(sought.at(-1));
    if (cleanStart && cleanEnd) return true;
  }
  return false;
}

const TEXT_TESTS: Record<string, TextTest> = {
  "=~": (text, sought) => text === sought,
  "!~": (text, sought) => text !== sought,
  has: hasTerm,
  contains: (text, sought) => text.includes(sought),
  startswith: (text, sought) => text.startsWith(sought),
  endswith: (text, sought) => text.endsWith(sought),
};

function compileText<Source>(operator: string, left: Compiled<Source>, right: Compiled<Source>): Compiled<Source> {
  const negated = operator.startsWith("!") && operator !== "!~";
  const bare = negated ? operator.slice(1) : operator;
  const caseSensitive = bare.endsWith("_cs");
  const test = TEXT_TESTS[caseSensitive ? bare.slice(0, -3) : bare];
  if (!test) throw semanticError(`Unknown operator: '${operator}'.`);
  for (const side of [left, right]) {
    if (side.type !== "string" && side.type !== "dynamic")
      throw semanticError(`Operator '${operator}' needs text, '${side.type}' was found`);
  }
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const constant = right.constant ? fold(toText(right.constant.value, right.type)) : null;
  return {
    type: "bool",
    get: (source) => {
      const text = fold(toText(left.get(source), left.type));
      const sought = constant ?? fold(toText(right.get(source), right.type));
      return test(text, sought) !== negated;
    },
  };
}

function compileList<Source>(operator: string, left: Compiled<Source>, items: Compiled<Source>[]): Compiled<Source> {
  if (operator.endsWith("between")) return compileBetween(operator, left, items);
  if (operator === "has_any") {
    const tests = items.map((item) => compileText("has", left, item));
    return { type: "bool", get: (source) => tests.some((test) => test.get(source) === true) };
  }
  const negated = operator.startsWith("!");
  const foldCase = operator.endsWith("~");
  const keyOfItem = (value: Value) => keyOf(foldCase && typeof value === "string" ? value.toLowerCase() : value);
  for (const item of items) {
    if (!areComparable(left.type, item.type))
      throw semanticError(`Cannot compare values of types ${left.type} and ${item.type}. Try adding explicit casts`);
  }
  const values = items.map((item) => item.constant?.value);
  const constants = values.every((value) => value !== undefined) ? listKeys(values, keyOfItem) : null;
  return {
    type: "bool",
    get: (source) =>
      (
        constants ??
        listKeys(
          items.map((item) => item.get(source)),
          keyOfItem,
        )
      ).has(keyOfItem(left.get(source))) !== negated,
  };
}

/** A dynamic array in the list stands for its elements. */
function listKeys(values: Value[], key: (value: Value) => string): Set<string> {
  return new Set(values.flat().map((value) => key(value)));
}

function compileBetween<Source>(operator: string, left: Compiled<Source>, [low, high]: Compiled<Source>[]): Compiled<Source> {
  if (!low || !high) throw semanticError("between needs two bounds");
  const [above, below] = [compileComparison(">=", left, low), compileComparison("<=", left, high)];
  const negated = operator.startsWith("!");
  return { type: "bool", get: (source) => (above.get(source) === true && below.get(source) === true) !== negated };
}
