import type { PermissionInput } from "./types";

/** `*` stands for any text; OPTIONAL_SEGMENTS for the `*` between two slashes with the slash after it. */
type Token = { kind: "text"; text: string } | { kind: "any" } | { kind: "optionalSegments" };

function tokens(pattern: string): Token[] {
  const list: Token[] = [];
  let text = "";
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] !== "*") {
      text += pattern[at];
      continue;
    }
    if (text !== "") list.push({ kind: "text", text });
    const between = text.endsWith("/") && pattern[at + 1] === "/";
    list.push({ kind: between ? "optionalSegments" : "any" });
    if (between) at += 1;
    text = "";
  }
  if (text !== "") list.push({ kind: "text", text });
  return list;
}

/** Positions of `action` that may follow a token when it starts at one of `from`. */
function advance(token: Token, action: string, from: readonly number[]): number[] {
  if (token.kind === "text") {
    return from.filter((at) => action.startsWith(token.text, at)).map((at) => at + token.text.length);
  }
  const first = from[0];
  if (first === undefined) return [];
  const next = token.kind === "optionalSegments" ? [...from] : [];
  for (let at = first; at <= action.length; at += 1) {
    if (token.kind === "any" || (at > first && action[at - 1] === "/")) next.push(at);
  }
  return [...new Set(next)].sort((a, b) => a - b);
}

/**
 * True when an Azure RBAC pattern covers an action. Case is ignored; `*` stands for any run of characters, slashes included
 * (Understand role definitions: wildcard). A `*` that fills a whole segment in the middle may also stand for no segment:
 * login roles hold machines/[star]/read and are documented to see the machine itself (built-in roles: compute).
 */
export function actionCovered(pattern: string, action: string): boolean {
  const lowerPattern = pattern.toLowerCase();
  const text = action.toLowerCase();
  const star = lowerPattern.indexOf("*");
  if (star === -1) return lowerPattern === text;
  if (!text.startsWith(lowerPattern.slice(0, star))) return false;
  let positions: number[] = [0];
  for (const token of tokens(lowerPattern)) positions = advance(token, text, positions);
  return positions.includes(text.length);
}

/**
 * The pattern by which one permission entry gives an action, or null. notActions take away only from the entry they stand
 * in; actions never give data actions (Understand role definitions: NotActions, control and data actions).
 */
export function matchingPattern(entry: PermissionInput, action: string, isDataAction: boolean): string | null {
  const given = isDataAction ? entry.dataActions : entry.actions;
  const taken = isDataAction ? entry.notDataActions : entry.notActions;
  const pattern = given.find((candidate) => actionCovered(candidate, action));
  if (pattern === undefined || taken.some((candidate) => actionCovered(candidate, action))) return null;
  return pattern;
}
