/** Deterministic numbers and ids: the same seed and label always give the same result. */

/** 32-bit hash of a text (FNV-1a with a final mix). */
export function hashText(text: string, seed: number): number {
  // The seed is spread over all bits first; else it would cancel against the first letter of the text.
  let h = (2166136261 ^ mix((seed + 1) >>> 0)) >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 16777619);
  }
  return mix(h);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex8(value: number): string {
  return `${HEX[value >>> 24]}${HEX[(value >>> 16) & 255]}${HEX[(value >>> 8) & 255]}${HEX[value & 255]}`;
}

/** A version 4 shaped GUID that belongs to the label. */
export function stableGuid(seed: number, label: string): string {
  const a = hashText(label, seed);
  const b = mix(a ^ 0x9e3779b9);
  const c = hashText(label, seed ^ 0x5bd1e995);
  const d = mix(c ^ b);
  const second = hex8(((b & 0xffff0fff) | 0x4000) >>> 0);
  const third = hex8(((c & 0x3fffffff) | 0x80000000) >>> 0);
  return `${hex8(a)}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex8(d)}`;
}

/** Hex text of the given length that belongs to the label. */
export function stableHex(seed: number, label: string, length: number): string {
  let text = "";
  for (let i = 0; text.length < length; i += 1) text += hex8(hashText(label, seed + i * 7919));
  return text.slice(0, length);
}

/** A number in [0, 1) that belongs to the label. */
export function stableUnit(seed: number, label: string): number {
  return hashText(label, seed) / 4294967296;
}

/** A stream of numbers in [0, 1) (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The entry of a list that a number in [0, 1) selects. */
export function pick<T>(list: readonly T[], unit: number): T {
  const entry = list[Math.min(list.length - 1, Math.floor(unit * list.length))];
  if (entry === undefined) throw new Error("cannot pick from an empty list");
  return entry;
}
