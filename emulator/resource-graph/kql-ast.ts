import type { Value } from "./kql-values.ts";

export type Expression =
  | { kind: "literal"; type: LiteralType; value: string | number | boolean | bigint | null }
  | { kind: "dynamic"; value: Value }
  | { kind: "column"; name: string }
  | { kind: "member"; target: Expression; name: string }
  | { kind: "index"; target: Expression; index: Expression }
  | { kind: "call"; name: string; args: Expression[] }
  | { kind: "unary"; operator: "-" | "not"; operand: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "list"; operator: string; left: Expression; items: Expression[] };

export type LiteralType = "string" | "long" | "real" | "bool" | "datetime" | "timespan" | "dynamic";

/** A column of project, extend or summarize: with or without a name of its own. */
export type Named = { name: string | null; expression: Expression };
export type SortKey = { expression: Expression; descending: boolean; nullsFirst: boolean };
export type JoinKind = "leftouter" | "inner" | "innerunique";

export type Operator =
  | { kind: "where"; predicate: Expression }
  | { kind: "extend"; columns: Named[] }
  | { kind: "project"; columns: Named[] }
  | { kind: "project-away"; names: string[] }
  | { kind: "project-rename"; columns: { name: string; from: string }[] }
  | { kind: "order"; keys: SortKey[] }
  | { kind: "take"; count: number }
  | { kind: "top"; count: number; key: SortKey }
  | { kind: "count" }
  | { kind: "distinct"; columns: Named[] }
  | { kind: "summarize"; aggregates: Named[]; by: Named[] }
  | { kind: "mv-expand"; name: string | null; expression: Expression; limit: number }
  | { kind: "join"; join: JoinKind; right: Query; on: { left: string; right: string }[] };

/** A query without a table name reads `resources`. */
export type Query = { table: string | null; operators: Operator[] };
