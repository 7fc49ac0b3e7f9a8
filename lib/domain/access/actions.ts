import type { PermissionInput } from "./types";

/**
 * Whether a pattern in lower case covers a text in lower case. Only the last `*` is ever tried again: what an earlier one could
 * take more, the last one can take as well.
 */
function covers(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  // Behind the last `*`: where the pattern goes on, where the text does, and whether it takes whole segments only.
  let lastAt = 0;
  let lastPosition = -1;
  let wholeSegments = false;
  for (;;) {
    if (pattern[at] === "*") {
      // Between two slashes the slash after it belongs to it, so a `*` behind that slash begins anew.
      wholeSegments = at > lastAt && pattern[at - 1] === "/" && pattern[at + 1] === "/";
      at += wholeSegments ? 2 : 1;
      if (at === pattern.length && !wholeSegments) return true;
      lastAt = at;
      lastPosition = position;
      continue;
    }
    if (position < text.length && pattern[at] === text[position]) {
      at += 1;
      position += 1;
      continue;
    }
    if (at === pattern.length && position === text.length) return true;
    if (lastPosition === -1) return false;
    const slash = wholeSegments ? text.indexOf("/", lastPosition) : lastPosition;
    if (slash === -1 || slash >= text.length) return false;
    lastPosition = slash + 1;
    at = lastAt;
    position = lastPosition;
  }
}

/**
 * True when an Azure RBAC pattern covers an action. Case is ignored; `*` stands for any run of characters, slashes included
 * (Understand role definitions: wildcard). A `*` that fills a whole segment in the middle may also stand for no segment:
 * login roles hold machines/[star]/read and are documented to see the machine itself (built-in roles: compute).
 */
export function actionCovered(pattern: string, action: string): boolean {
  const lowerPattern = pattern.toLowerCase();
  const text = action.toLowerCase();
  if (!lowerPattern.includes("*")) return lowerPattern === text;
  return covers(lowerPattern, text);
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
