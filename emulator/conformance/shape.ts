/** Where keys are data and not schema. */
const OPEN_MAPS = /(^|\.)(tags|settings|protectedSettings|detectedProperties|claims|properties\.settings)$/;

export type ShapeOptions = {
  /** Paths whose inside is not compared. */
  open?: RegExp;
};

/**
 * Every key path of a JSON value. Elements of an array share one path, so a list of any length has the shape of its elements;
 * open maps end at their own name.
 */
export function shapeOf(value: unknown, options: ShapeOptions = {}): Set<string> {
  const paths = new Set<string>();
  walk(value, "", paths, options);
  return paths;
}

function walk(value: unknown, path: string, paths: Set<string>, options: ShapeOptions): void {
  if (OPEN_MAPS.test(path) || options.open?.test(path)) return;
  if (Array.isArray(value)) {
    for (const item of value) walk(item, `${path}[]`, paths, options);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const next = path === "" ? key : `${path}.${key}`;
    paths.add(next);
    walk(inner, next, paths, options);
  }
}

export type ShapeDifference = { missing: string[]; extra: string[] };

/** Keys that the recorded body has and the local one lacks, and the other way round; children of such a key are not repeated. */
export function compareShapes(recorded: unknown, local: unknown, options: ShapeOptions = {}): ShapeDifference {
  const [wanted, found] = [shapeOf(recorded, options), shapeOf(local, options)];
  const topmost = (path: string, other: Set<string>) => {
    const parent = path.slice(0, Math.max(path.lastIndexOf("."), 0)).replace(/(\[\])+$/, "");
    return parent === "" || other.has(parent);
  };
  return {
    missing: [...wanted].filter((path) => !found.has(path) && topmost(path, found)),
    extra: [...found].filter((path) => !wanted.has(path) && topmost(path, wanted)),
  };
}

export function isSameShape({ missing, extra }: ShapeDifference): boolean {
  return missing.length === 0 && extra.length === 0;
}

type List = { key: "value" | "data"; items: unknown[]; rest: Record<string, unknown> };

function listOf(body: unknown): List | null {
  if (typeof body !== "object" || body === null) return null;
  for (const key of ["value", "data"] as const) {
    const items = (body as Record<string, unknown>)[key];
    if (Array.isArray(items)) return { key, items, rest: { ...body, [key]: null } };
  }
  return null;
}

/**
 * Compares two bodies. Of lists the envelopes are compared and the two elements that are most alike, because a list mixes
 * kinds of elements and the worlds behind the two lists differ.
 */
export function compareBodies(recorded: unknown, local: unknown, options: ShapeOptions = {}): ShapeDifference {
  const [left, right] = [listOf(recorded), listOf(local)];
  if (!left || !right) return compareShapes(recorded, local, options);
  const envelope = compareShapes(left.rest, right.rest, options);
  const best = closestPair(left.items, right.items, options);
  const inside = (paths: string[]) => paths.map((path) => `${left.key}[].${path}`);
  return { missing: [...envelope.missing, ...inside(best.missing)], extra: [...envelope.extra, ...inside(best.extra)] };
}

function closestPair(recorded: unknown[], local: unknown[], options: ShapeOptions): ShapeDifference {
  if (recorded.length === 0) return { missing: [], extra: [] };
  if (local.length === 0) return { missing: ["(no element)"], extra: [] };
  let best: ShapeDifference | null = null;
  for (const wanted of distinct(recorded, options)) {
    for (const found of distinct(local, options)) {
      const difference = compareShapes(wanted, found, options);
      if (isSameShape(difference)) return difference;
      const size = (each: ShapeDifference) => each.missing.length + each.extra.length;
      if (best === null || size(difference) < size(best)) best = difference;
    }
  }
  return best ?? { missing: [], extra: [] };
}

/** One element per shape. */
function distinct(items: unknown[], options: ShapeOptions): unknown[] {
  return [...new Map(items.map((item) => [[...shapeOf(item, options)].sort().join("\n"), item])).values()];
}
