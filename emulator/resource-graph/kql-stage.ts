import type { Expression } from "./kql-ast.ts";
import type { Compiled, Schema } from "./kql-compile.ts";
import type { FunctionContext } from "./kql-functions.ts";
import type { Value, ValueType } from "./kql-values.ts";

/** One row; a cell is computed when it is asked for, so that filters on cheap columns never render a resource. */
export type Source = { cell: (column: string) => Value };
export type Stage = { sources: Source[]; schema: Schema<Source>; limited: boolean };
export type TableLoader = (
  table: string,
  types: ReadonlySet<string> | null,
) => { sources: Source[]; columns: Map<string, ValueType> };
export type RunContext = FunctionContext & { load: TableLoader };

/** Schema whose columns read the cells of the same name. */
export function cellSchema(columns: Map<string, ValueType>): Schema<Source> {
  const entries = [...columns].map(([name, type]): [string, Compiled<Source>] => [
    name,
    { type, get: (source) => source.cell(name) },
  ]);
  return new Map(entries);
}

export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let index = 1; taken.has(name); index += 1) name = `${wanted}${index}`;
  taken.add(name);
  return name;
}

/** The name Kusto gives an unnamed column: its path with underscores, through conversions. */
export function columnName(expression: Expression): string {
  if (expression.kind === "column") return expression.name;
  if (expression.kind === "member") return `${columnName(expression.target)}_${expression.name}`;
  if (expression.kind === "index") {
    const suffix = expression.index.kind === "literal" ? String(expression.index.value) : "0";
    return `${columnName(expression.target)}_${suffix}`;
  }
  const [argument] = expression.kind === "call" ? expression.args : [];
  return argument && expression.kind === "call" && /^to[a-z]+$/.test(expression.name) ? columnName(argument) : "Column1";
}
