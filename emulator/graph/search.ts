import type { Entity } from "./entity.ts";
import { badRequest } from "./errors.ts";

const CLAUSE = /^"((?:[^"\\]|\\.)*)"/;

/**
 * `"displayName:ann" OR "userPrincipalName:ann"`: each quoted clause names a property and the beginnings of words in it.
 * Source: https://learn.microsoft.com/graph/search-query-parameter#using-search-on-directory-object-collections.
 */
export function parseSearch<Row>(text: string, entity: Entity<Row>): (row: Row) => boolean {
  let rest = text.trim();
  const any: ((row: Row) => boolean)[][] = [[]];
  for (;;) {
    const clause = CLAUSE.exec(rest);
    if (!clause)
      throw badRequest(
        `Syntax error: character '${rest[0] ?? ""}' is not valid at position ${text.length - rest.length} in '${text}'.`,
      );
    any.at(-1)?.push(compileClause((clause[1] ?? "").replace(/\\(.)/g, "$1"), entity));
    rest = rest.slice(clause[0].length).trim();
    if (rest === "") return (row) => any.some((all) => all.every((test) => test(row)));
    const joint = /^(AND|OR)\b/.exec(rest);
    if (!joint) throw badRequest(`Syntax error at position ${text.length - rest.length} in '${text}'.`);
    if (joint[1] === "OR") any.push([]);
    rest = rest.slice(joint[0].length).trim();
  }
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

function compileClause<Row>(clause: string, entity: Entity<Row>): (row: Row) => boolean {
  const colon = clause.indexOf(":");
  const name = clause.slice(0, colon);
  const property = entity.properties.get(name);
  if (colon === -1 || !property || !entity.searchable.includes(name)) {
    throw badRequest(`Unsupported or invalid search clause specified: '${clause}'.`);
  }
  const sought = words(clause.slice(colon + 1));
  if (sought.length === 0) throw badRequest(`Unsupported or invalid search clause specified: '${clause}'.`);
  return (row) => {
    const value = String(property.get(row, { isSelected: false, inList: true }) ?? "");
    const tokens = words(value);
    return sought.every((word) => tokens.some((token) => token.startsWith(word)));
  };
}
