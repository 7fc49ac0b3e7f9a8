import type { Expression, Named } from "./kql-ast.ts";
import { type Compiled, type CompileScope, compileExpression } from "./kql-compile.ts";
import { semanticError } from "./kql-errors.ts";
import { cellSchema, columnName, freeName, type Source, type Stage } from "./kql-stage.ts";
import { compareValues, keyOf, type Value, type ValueType } from "./kql-values.ts";

type Aggregate = { type: ValueType; fold: (sources: Source[]) => Value };
type Maker = (argument: Compiled<Source> | null) => Aggregate;

function present(argument: Compiled<Source> | null, sources: Source[]): Value[] {
  return argument ? sources.map((source) => argument.get(source)).filter((value) => value !== null) : [];
}

function extreme(wanted: 1 | -1): Maker {
  return (argument) => ({
    type: argument?.type ?? "dynamic",
    fold: (sources) => {
      let best: Value = null;
      for (const value of present(argument, sources)) {
        if (best === null || compareValues(value, best) === wanted) best = value;
      }
      return best;
    },
  });
}

function numbers(argument: Compiled<Source> | null, sources: Source[]): number[] {
  return present(argument, sources).filter((value) => typeof value === "number");
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function unique(values: Value[]): Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

const AGGREGATES = new Map<string, { args: 0 | 1; make: Maker }>([
  ["count", { args: 0, make: () => ({ type: "long", fold: (sources) => sources.length }) }],
  [
    "countif",
    {
      args: 1,
      make: (argument) => ({
        type: "long",
        fold: (sources) => sources.filter((source) => argument?.get(source) === true).length,
      }),
    },
  ],
  ["dcount", { args: 1, make: (argument) => ({ type: "long", fold: (sources) => unique(present(argument, sources)).length }) }],
  ["min", { args: 1, make: extreme(-1) }],
  ["max", { args: 1, make: extreme(1) }],
  [
    "sum",
    { args: 1, make: (argument) => ({ type: argument?.type ?? "long", fold: (sources) => total(numbers(argument, sources)) }) },
  ],
  [
    "avg",
    {
      args: 1,
      make: (argument) => ({
        type: "real",
        fold: (sources) => {
          const values = numbers(argument, sources);
          return values.length === 0 ? null : total(values) / values.length;
        },
      }),
    },
  ],
  ["make_list", { args: 1, make: (argument) => ({ type: "dynamic", fold: (sources) => present(argument, sources) }) }],
  ["make_set", { args: 1, make: (argument) => ({ type: "dynamic", fold: (sources) => unique(present(argument, sources)) }) }],
]);

function compileAggregate({ name, expression }: Named, scope: CompileScope<Source>, taken: Set<string>): [string, Aggregate] {
  const definition = expression.kind === "call" ? AGGREGATES.get(expression.name) : undefined;
  if (expression.kind !== "call" || !definition)
    throw semanticError(`'summarize' operator: Failed to resolve aggregate '${describe(expression)}'`);
  if (expression.args.length !== definition.args)
    throw semanticError(`${expression.name}(): function expects ${definition.args} argument(s)`);
  const [argument] = expression.args;
  const compiled = argument ? compileExpression(argument, scope) : null;
  const suffix = argument && expression.name !== "countif" ? columnName(argument) : "";
  return [name ?? freeName(`${expression.name}_${suffix}`, taken), definition.make(compiled)];
}

function describe(expression: Expression): string {
  return expression.kind === "call" ? expression.name : columnName(expression);
}

/** Groups rows. Keys must be scalar: the service asks for a cast when a key is dynamic. */
export function summarize(stage: Stage, aggregates: Named[], by: Named[], scope: CompileScope<Source>): Stage {
  const taken = new Set<string>();
  const keys = by.map(({ name, expression }): [string, Compiled<Source>] => {
    const column = compileExpression(expression, scope);
    const keyName = name ?? columnName(expression);
    if (column.type === "dynamic") {
      throw semanticError(
        `Summarize group key '${keyName}' is of a 'dynamic' type. Please use an explicit cast (for example, 'summarize ... by tostring(${keyName})') as grouping by a 'dynamic' type is not supported.`,
      );
    }
    return [freeName(keyName, taken), column];
  });
  const folds = aggregates.map((aggregate) => compileAggregate(aggregate, scope, taken));
  const groups = new Map<string, { values: Value[]; sources: Source[] }>();
  if (keys.length === 0) groups.set("", { values: [], sources: [] });
  for (const source of stage.sources) {
    const values = keys.map(([, column]) => column.get(source));
    const key = values.map(keyOf).join("\u0000");
    const group = groups.get(key);
    if (group) group.sources.push(source);
    else groups.set(key, { values, sources: [source] });
  }
  const columns = new Map<string, ValueType>();
  for (const [name, column] of keys) columns.set(name, column.type);
  for (const [name, aggregate] of folds) columns.set(name, aggregate.type);
  const sources = [...groups.values()].map((group): Source => {
    const cells = new Map<string, Value>();
    keys.forEach(([name], index) => {
      cells.set(name, group.values[index] ?? null);
    });
    for (const [name, aggregate] of folds) cells.set(name, aggregate.fold(group.sources));
    return { cell: (name) => cells.get(name) ?? null };
  });
  return { sources, schema: cellSchema(columns), limited: false };
}
