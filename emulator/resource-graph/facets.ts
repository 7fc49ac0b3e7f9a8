import { compileExpression } from "./kql-compile.ts";
import { KqlError } from "./kql-errors.ts";
import type { FunctionContext } from "./kql-functions.ts";
import { tokenize } from "./kql-lexer.ts";
import { parseExpression } from "./kql-parse-expression.ts";
import { TokenReader } from "./kql-reader.ts";
import type { Stage } from "./kql-stage.ts";
import { columnTypeName, compareValues, keyOf, toWire, type Value } from "./kql-values.ts";
import type { FacetRequest, QueryRequest } from "./request.ts";

const DEFAULT_TOP = 10;

/** One facet over the whole result; an unknown column is an error of the facet, not of the query (as recorded). */
export function answerFacet(
  facet: FacetRequest,
  stage: Stage,
  format: QueryRequest["resultFormat"],
  context: FunctionContext,
): object {
  const { expression, options } = facet;
  const column = stage.schema.get(expression.trim());
  if (!column) {
    const errors = [
      { code: "NoValidColumns", message: "No valid columns in facet expression." },
      { code: "InvalidColumnNames", message: `Invalid column names: [${expression}].` },
    ];
    return { expression, errors, resultType: "FacetError" };
  }
  const counts = new Map<string, { value: Value; count: number }>();
  const keep = filterOf(options?.filter, stage, context);
  for (const source of stage.sources) {
    if (!keep(source)) continue;
    const value = column.get(source);
    const entry = counts.get(keyOf(value));
    if (entry) entry.count += 1;
    else counts.set(keyOf(value), { value, count: 1 });
  }
  const byCount = (options?.sortBy ?? "count") === "count";
  const sign = options?.sortOrder === "asc" ? 1 : -1;
  const sorted = [...counts.values()].sort((a, b) => sign * (byCount ? a.count - b.count : compareValues(a.value, b.value)));
  const rows = sorted.slice(0, options?.$top ?? DEFAULT_TOP).map(({ value, count }) => [toWire(value, column.type), count]);
  const columns = [
    { name: expression, type: columnTypeName(column.type) },
    { name: "count", type: "integer" },
  ];
  const data = format === "table" ? { columns, rows } : rows.map(([value, count]) => ({ [expression]: value, count }));
  return { expression, totalRecords: counts.size, count: rows.length, data, resultType: "FacetResult" };
}

function filterOf(
  filter: string | undefined,
  stage: Stage,
  context: FunctionContext,
): (source: Stage["sources"][number]) => boolean {
  if (filter === undefined || filter.trim() === "") return () => true;
  const reader = new TokenReader(tokenize(filter));
  const parsed = parseExpression(reader);
  if (reader.peek().kind !== "end") throw reader.unexpected();
  const compiled = compileExpression(parsed, { schema: stage.schema, operator: "where", context });
  if (compiled.type !== "bool") throw new KqlError({ kind: "semantic", message: "Facet filter must be a predicate." });
  return (source) => compiled.get(source) === true;
}
