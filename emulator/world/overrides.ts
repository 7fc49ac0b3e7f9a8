type Json = Record<string, unknown>;

/** Marks a wire property that a record does not have; stands as value in overrides. */
export const REMOVED = { $remove: true } as const;

/**
 * Writes overrides into a freshly rendered object. A key is a dotted path; segments that hold dots themselves (ARM ids)
 * only occur inside values. `{subscriptionId}` in keys of a value is filled in. The value {"$remove": true} deletes.
 */
export function applyOverrides(target: Json, overrides: Json, subscriptionId: string): void {
  for (const path in overrides) {
    const segments = path.split(".");
    const last = segments.pop();
    if (last === undefined) continue;
    const parent = descend(target, segments);
    const value = overrides[path];
    if (isRemoval(value)) delete parent[last];
    else parent[last] = fill(value, subscriptionId);
  }
}

function descend(target: Json, segments: readonly string[]): Json {
  let current = target;
  for (const segment of segments) {
    const next = current[segment];
    if (typeof next === "object" && next !== null && !Array.isArray(next)) {
      current = next as Json;
    } else {
      const created: Json = {};
      current[segment] = created;
      current = created;
    }
  }
  return current;
}

export function isRemoval(value: unknown): boolean {
  return typeof value === "object" && value !== null && "$remove" in value;
}

/** Copies, so that a later override cannot write into a shared default. */
function fill(value: unknown, subscriptionId: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => fill(entry, subscriptionId));
  if (typeof value !== "object" || value === null) return value;
  const copy: Json = {};
  for (const [key, entry] of Object.entries(value))
    copy[key.replace("{subscriptionId}", subscriptionId)] = fill(entry, subscriptionId);
  return copy;
}

export function removePaths(target: Json, keys: readonly string[]): void {
  for (const key of keys) delete target[key];
}
