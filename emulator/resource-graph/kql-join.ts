import type { Operator, Query } from "./kql-ast.ts";
import type { Compiled } from "./kql-compile.ts";
import { semanticError } from "./kql-errors.ts";
import { cellSchema, freeName, type RunContext, type Source, type Stage } from "./kql-stage.ts";
import { keyOf, type Value, type ValueType } from "./kql-values.ts";

type JoinOperator = Extract<Operator, { kind: "join" }>;
export type JoinRequest = {
  operator: JoinOperator;
  left: Stage;
  leftTable: string;
  context: RunContext;
  run: (query: Query, context: RunContext) => Stage;
};

const MAX_JOINS = 3;
const FREELY_JOINED = new Set(["resources", "resourcecontainers"]);

/** Limits of https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language (supported tabular operators). */
export function checkJoinLimits(query: Query): void {
  const joins = joinsOf(query);
  if (joins.length > MAX_JOINS) throw semanticError(`A query may hold at most ${MAX_JOINS} join operators.`);
  const main = tableOf(query);
  const crossTable = joins.filter((join) => {
    const other = tableOf(join.right);
    return other !== main && !(FREELY_JOINED.has(other) && FREELY_JOINED.has(main));
  });
  if (crossTable.length > 1) throw semanticError("A query may hold at most 1 join between different tables.");
}

function tableOf(query: Query): string {
  return (query.table ?? "resources").toLowerCase();
}

function joinsOf(query: Query): JoinOperator[] {
  return query.operators.flatMap((operator) => (operator.kind === "join" ? [operator, ...joinsOf(operator.right)] : []));
}

type Side = { name: string; keys: Compiled<Source>[] };

function keysOf(stage: Stage, names: string[], side: Side["name"]): Compiled<Source>[] {
  return names.map((name) => {
    const column = stage.schema.get(name);
    if (!column) throw semanticError(`'join' operator: Failed to resolve column named '${name}' on the ${side} side`);
    if (column.type === "dynamic")
      throw semanticError(`'join' operator: join key '${name}' is of a 'dynamic' type. Please use an explicit cast`);
    return column;
  });
}

function keyText(keys: Compiled<Source>[], source: Source): string {
  return keys.map((key) => keyOf(key.get(source))).join("\u0000");
}

export function runJoin({ operator, left, context, run }: JoinRequest): Stage {
  const right = run(operator.right, context);
  const leftKeys = keysOf(
    left,
    operator.on.map((key) => key.left),
    "left",
  );
  const rightKeys = keysOf(
    right,
    operator.on.map((key) => key.right),
    "right",
  );
  const matches = new Map<string, Source[]>();
  for (const source of right.sources) {
    const key = keyText(rightKeys, source);
    const list = matches.get(key);
    if (list) list.push(source);
    else matches.set(key, [source]);
  }
  const columns = new Map([...left.schema].map(([name, column]): [string, ValueType] => [name, column.type]));
  const taken = new Set(columns.keys());
  const rightColumns = new Map([...right.schema].map(([name, column]) => [freeName(name, taken), column]));
  for (const [name, column] of rightColumns) columns.set(name, column.type);
  const seen = new Set<string>();
  const sources = left.sources.flatMap((source): Source[] => {
    const key = keyText(leftKeys, source);
    if (operator.join === "innerunique") {
      if (seen.has(key)) return [];
      seen.add(key);
    }
    const found = matches.get(key) ?? [];
    if (found.length === 0) return operator.join === "leftouter" ? [joined(left, source, rightColumns, null)] : [];
    return found.map((other) => joined(left, source, rightColumns, other));
  });
  return { sources, schema: cellSchema(columns), limited: left.limited };
}

function joined(left: Stage, source: Source, rightColumns: Map<string, Compiled<Source>>, other: Source | null): Source {
  return {
    cell: (name): Value => {
      const column = rightColumns.get(name);
      if (!column) return left.schema.get(name)?.get(source) ?? null;
      // Kusto text is never null: a missing match gives the empty text.
      return other ? column.get(other) : column.type === "string" ? "" : null;
    },
  };
}
