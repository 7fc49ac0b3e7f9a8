/** A line of a tree on the screen: a parent comes before its children. */
export type TreeLine = { id: string; parentId: string | null; depth: number; hasChildren: boolean };

export type TreeMove =
  | { kind: "focus"; id: string }
  | { kind: "open"; id: string }
  | { kind: "close"; id: string }
  | { kind: "choose"; id: string };

type Key = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean };

/** Lines of which every parent is open, in order. */
export function visibleLines<L extends TreeLine>(lines: readonly L[], open: ReadonlySet<string>): L[] {
  const hidden = new Set<string>();
  return lines.filter((line) => {
    const isHidden = line.parentId !== null && (hidden.has(line.parentId) || !open.has(line.parentId));
    if (isHidden) hidden.add(line.id);
    return !isHidden;
  });
}

/**
 * What a key does to a tree, or null when it does nothing. Follows the tree and treegrid patterns of the ARIA Authoring
 * Practices: right opens, then goes to the first child; left closes, then goes to the parent; a letter goes to the next name.
 */
export function treeMove(
  shown: readonly TreeLine[],
  open: ReadonlySet<string>,
  activeId: string,
  key: Key,
  nameOf: (id: string) => string,
): TreeMove | null {
  if (key.altKey || key.ctrlKey || key.metaKey) return null;
  const at = shown.findIndex(({ id }) => id === activeId);
  const line = shown[at];
  if (line === undefined) return null;
  const focus = (target: TreeLine | undefined): TreeMove | null =>
    target === undefined || target.id === activeId ? null : { kind: "focus", id: target.id };
  const isOpen = line.hasChildren && open.has(line.id);
  switch (key.key) {
    case "ArrowDown":
      return focus(shown[at + 1]);
    case "ArrowUp":
      return focus(shown[at - 1]);
    case "Home":
      return focus(shown[0]);
    case "End":
      return focus(shown.at(-1));
    case "ArrowRight":
      if (!line.hasChildren) return null;
      return isOpen ? focus(shown[at + 1]) : { kind: "open", id: line.id };
    case "ArrowLeft":
      return isOpen ? { kind: "close", id: line.id } : focus(shown.find(({ id }) => id === line.parentId));
    case "Enter":
    case " ":
      return { kind: "choose", id: line.id };
    default:
      return key.key.length === 1 ? focus(byLetter(shown, at, key.key, nameOf)) : null;
  }
}

function byLetter(shown: readonly TreeLine[], at: number, letter: string, nameOf: (id: string) => string): TreeLine | undefined {
  const wanted = letter.toLowerCase();
  const around = [...shown.slice(at + 1), ...shown.slice(0, at)];
  return around.find(({ id }) => nameOf(id).toLowerCase().startsWith(wanted));
}
