import { armError } from "../core/errors.ts";

export type FilterTerm = { kind: "call"; name: string; argument: string | null } | { kind: "eq"; name: string; value: string };

const CALL = /^(\w+)\(\s*(?:'([^']*)')?\s*\)$/;
const EQUALS = /^(\w+)\s+eq\s+'?([^']*)'?$/i;

/** The conjunctions that Microsoft.Authorization understands: function calls and `name eq 'value'` joined by `and`. */
export function parseFilter(filter: string | null): FilterTerm[] {
  if (filter === null || filter.trim() === "") return [];
  return filter.split(/\s+and\s+/i).map((part) => {
    const text = part.trim().replace(/^\((.*)\)$/, "$1");
    const call = CALL.exec(text);
    if (call !== null) return { kind: "call", name: (call[1] ?? "").toLowerCase(), argument: call[2] ?? null };
    const equals = EQUALS.exec(text);
    if (equals !== null) return { kind: "eq", name: (equals[1] ?? "").toLowerCase(), value: equals[2] ?? "" };
    throw invalidFilter(filter);
  });
}

export function invalidFilter(filter: string): Error {
  return armError(
    400,
    "BadRequest",
    `The filter '${filter}' is not supported. Supported: atScope(), assignedTo('id'), principalId eq 'id'.`,
    {},
    "service",
  );
}
