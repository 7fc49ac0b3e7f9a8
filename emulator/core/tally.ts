import type { Face } from "./contract.ts";

/** How often one kind of request was answered so, and when first and last, by the machine's clock. */
export type TallyRow = {
  face: Face;
  method: string;
  /** What it was about: the last resource type of a Resource Manager address, else the first segment of the path. */
  about: string;
  status: number;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
};

export type Tally = {
  add(request: { face: Face; method: string; path: string; status: number; atMs: number }): void;
  rows(): TallyRow[];
  clear(): void;
};

/** Last type of an ARM path: .../machines/x/extensions/y is about extensions. */
function aboutOf(face: Face, path: string): string {
  const segments = path.toLowerCase().split("/").filter(Boolean);
  if (face !== "arm") return segments[face === "graph" ? 1 : 0] ?? "";
  const provider = segments.lastIndexOf("providers");
  const types = provider === -1 ? segments : segments.slice(provider + 2);
  return types[types.length % 2 === 0 ? types.length - 2 : types.length - 1] ?? "";
}

/** Counts every request however many there are, where the recorder keeps the newest only. */
export function createTally(): Tally {
  const rows = new Map<string, TallyRow>();
  return {
    add: ({ face, method, path, status, atMs }) => {
      const about = aboutOf(face, path);
      const key = `${face} ${method} ${about} ${status}`;
      const row = rows.get(key) ?? { face, method, about, status, count: 0, firstAtMs: atMs, lastAtMs: atMs };
      row.count += 1;
      row.lastAtMs = atMs;
      rows.set(key, row);
    },
    rows: () => [...rows.values()].sort((a, b) => b.count - a.count),
    clear: () => rows.clear(),
  };
}
