import type { Expression, Named, Operator, Query, SortKey } from "./kql-ast.ts";
import { type Compiled, type CompileScope, compileExpression, type Schema } from "./kql-compile.ts";
import { semanticError } from "./kql-errors.ts";
import { runJoin } from "./kql-join.ts";
import { cellSchema, columnName, freeName, type RunContext, type Source, type Stage } from "./kql-stage.ts";
import { summarize } from "./kql-summarize.ts";
import { compareValues, type Value, type ValueType } from "./kql-values.ts";

const EXPAND_MAX_LIMIT = 400;
const MAX_EXPANDS = 3;

/** Runs a parsed query. Work that a page does not need (extend, project) stays undone until a cell is read. */
export function runQuery(query: Query, context: RunContext): Stage {
  const table = (query.table ?? "resources").toLowerCase();
  const loaded = context.load(table, typeHint(query));
  if (query.operators.filter((operator) => operator.kind === "mv-expand").length > MAX_EXPANDS) {
    throw semanticError(`A query may hold at most ${MAX_EXPANDS} mv-expand operators.`);
  }
  let stage: Stage = { sources: loaded.sources, schema: cellSchema(loaded.columns), limited: false };
  for (const operator of query.operators) stage = runOperator(operator, stage, context, table);
  return stage;
}

/** The resource types that leading filters ask for, or null when a filter does not tell. */
function typeHint(query: Query): ReadonlySet<string> | null {
  for (const operator of query.operators) {
    if (operator.kind !== "where") return null;
    const types = typesOf(operator.predicate);
    if (types) return new Set(types);
  }
  return null;
}

function typesOf(predicate: Expression): string[] | null {
  if (predicate.kind === "binary" && predicate.operator === "and") return typesOf(predicate.left) ?? typesOf(predicate.right);
  const isType = (side: Expression) => side.kind === "column" && side.name === "type";
  const text = (side: Expression) =>
    side.kind === "literal" && typeof side.value === "string" ? side.value.toLowerCase() : null;
  if (predicate.kind === "binary" && (predicate.operator === "=~" || predicate.operator === "==") && isType(predicate.left)) {
    const type = text(predicate.right);
    return type === null ? null : [type];
  }
  if (predicate.kind === "list" && (predicate.operator === "in~" || predicate.operator === "in") && isType(predicate.left)) {
    const types = predicate.items.map(text).filter((type) => type !== null);
    return types.length === predicate.items.length ? types : null;
  }
  return null;
}

function runOperator(operator: Operator, stage: Stage, context: RunContext, table: string): Stage {
  const scope = scopeOf(operator.kind, stage, context);
  switch (operator.kind) {
    case "where":
      return runWhere(operator.predicate, stage, scope);
    case "extend":
      return { ...stage, schema: new Map([...stage.schema, ...compileNamed(operator.columns, scope)]) };
    case "project":
      return { ...stage, schema: new Map(compileNamed(operator.columns, scope)) };
    case "project-away":
      return { ...stage, schema: without(stage.schema, operator.names) };
    case "project-rename":
      return { ...stage, schema: renamed(stage.schema, operator.columns) };
    case "order":
      return { ...stage, sources: sortSources(stage.sources, operator.keys, scope) };
    case "take":
      return { ...stage, sources: stage.sources.slice(0, operator.count), limited: true };
    case "top":
      return { ...stage, sources: sortSources(stage.sources, [operator.key], scope).slice(0, operator.count), limited: true };
    case "count": {
      const total = stage.sources.length;
      return { sources: [{ cell: () => total }], schema: cellSchema(new Map([["Count", "long"]])), limited: false };
    }
    case "distinct":
      return summarize(stage, [], operator.columns, scope);
    case "summarize":
      return summarize(stage, operator.aggregates, operator.by, scope);
    case "mv-expand":
      return runExpand(operator, stage, scope);
    case "join":
      return runJoin({ operator, left: stage, leftTable: table, context, run: runQuery });
  }
}

function scopeOf(operator: string, stage: Stage, context: RunContext): CompileScope<Source> {
  return { schema: stage.schema, operator, context };
}

function runWhere(predicate: Expression, stage: Stage, scope: CompileScope<Source>): Stage {
  const compiled = compileExpression(predicate, scope);
  if (compiled.type !== "bool" && compiled.type !== "dynamic") {
    throw semanticError(`'where' operator: The predicate must be of type bool, '${compiled.type}' was found`);
  }
  return { ...stage, sources: stage.sources.filter((source) => compiled.get(source) === true) };
}

function compileNamed(columns: Named[], scope: CompileScope<Source>): [string, Compiled<Source>][] {
  const taken = new Set(columns.flatMap((column) => (column.name === null ? [] : [column.name])));
  return columns.map((column) => [
    column.name ?? freeName(columnName(column.expression), taken),
    compileExpression(column.expression, scope),
  ]);
}

function without(schema: Schema<Source>, names: string[]): Schema<Source> {
  const matches = (column: string) =>
    names.some((name) => (name.endsWith("*") ? column.startsWith(name.slice(0, -1)) : column === name));
  for (const name of names) {
    if (!name.endsWith("*") && !schema.has(name))
      throw semanticError(`'project-away' operator: Failed to resolve column '${name}'`);
  }
  return new Map([...schema].filter(([column]) => !matches(column)));
}

function renamed(schema: Schema<Source>, columns: { name: string; from: string }[]): Schema<Source> {
  const names = new Map(columns.map(({ name, from }) => [from, name]));
  for (const from of names.keys()) {
    if (!schema.has(from)) throw semanticError(`'project-rename' operator: Failed to resolve column '${from}'`);
  }
  return new Map([...schema].map(([name, column]) => [names.get(name) ?? name, column]));
}

function sortSources(sources: Source[], keys: SortKey[], scope: CompileScope<Source>): Source[] {
  const compiled = keys.map((key) => ({ ...key, column: compileExpression(key.expression, scope) }));
  for (const { column } of compiled) {
    if (column.type === "dynamic") throw semanticError("'order' operator: key can't be of dynamic type. Use an explicit cast");
  }
  const columns = compiled.map(({ column }) => sources.map((source) => column.get(source)));
  const compare = (left: number, right: number): number => {
    for (const [index, { descending, nullsFirst }] of compiled.entries()) {
      const [a = null, b = null] = [columns[index]?.[left], columns[index]?.[right]];
      if (a === null || b === null) {
        if (a !== b) return (a === null) === nullsFirst ? -1 : 1;
        continue;
      }
      const order = compareValues(a, b);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
  // Tables come ordered by id, which is what most queries ask for.
  if (sources.every((_, index) => index === 0 || compare(index - 1, index) <= 0)) return sources;
  const places = sources.map((_, index) => index).sort(compare);
  return places.map((place) => sources[place]).filter((source) => source !== undefined);
}

function runExpand(operator: Extract<Operator, { kind: "mv-expand" }>, stage: Stage, scope: CompileScope<Source>): Stage {
  if (operator.limit > EXPAND_MAX_LIMIT) throw semanticError(`mv-expand: RowLimit may be at most ${EXPAND_MAX_LIMIT}`);
  const expanded = compileExpression(operator.expression, scope);
  if (expanded.type !== "dynamic") throw semanticError("mv-expand: expanded expression must be of type dynamic");
  const target = operator.name ?? columnName(operator.expression);
  const columns = new Map([...stage.schema].map(([name, column]): [string, ValueType] => [name, column.type]));
  columns.set(target, "dynamic");
  const sources = stage.sources.flatMap((source) =>
    elementsOf(expanded.get(source), operator.limit).map((item) => ({
      cell: (name: string) => (name === target ? item : (stage.schema.get(name)?.get(source) ?? null)),
    })),
  );
  return { ...stage, sources, schema: cellSchema(columns) };
}

/** An empty or missing collection keeps its row with null, as the real operator does. */
function elementsOf(value: Value, limit: number): Value[] {
  if (Array.isArray(value)) return value.length === 0 ? [null] : value.slice(0, limit);
  if (value === null || typeof value !== "object") return [value];
  const entries = Object.entries(value).slice(0, limit);
  return entries.length === 0 ? [null] : entries.map(([key, item]) => ({ [key]: item }));
}
