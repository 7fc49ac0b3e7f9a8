import { en } from "./en";

type Plural = { readonly one: string; readonly other: string };
type Leaf = string | Plural;

type KeyOf<T> = {
  [K in keyof T & string]: T[K] extends Leaf ? K : T[K] extends Record<string, unknown> ? `${K}.${KeyOf<T[K]>}` : never;
}[keyof T & string];

/** Dotted path of every text, for example "machines.title". */
export type MessageKey = KeyOf<typeof en>;

type LeafAt<T, K extends string> = K extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? LeafAt<T[Head], Rest>
    : never
  : K extends keyof T
    ? T[K]
    : never;

type TextOf<L> = L extends { other: infer O } ? O : L;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type CountOf<L> = L extends Plural ? "count" : never;
type ValuesFor<L> = Names<TextOf<L>> | CountOf<L>;

export type MessageValues = Record<string, string | number>;

/** The values a text needs, read from its own placeholders. */
export type ValuesOf<K extends MessageKey> = Record<ValuesFor<LeafAt<typeof en, K>>, string | number>;

type Args<K extends MessageKey> = [ValuesFor<LeafAt<typeof en, K>>] extends [never] ? [] : [values: ValuesOf<K>];

const LOCALE = "en";
const plural = new Intl.PluralRules(LOCALE);
const number = new Intl.NumberFormat(LOCALE);

function lookUp(key: string): Leaf | undefined {
  let node: unknown = en;
  for (const part of key.split(".")) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, part)) return undefined;
    node = (node as Record<string, unknown>)[part];
  }
  if (typeof node === "string") return node;
  return typeof node === "object" && node !== null && "other" in node ? (node as Plural) : undefined;
}

function fill(leaf: Leaf, values: MessageValues): string {
  const text = typeof leaf === "string" ? leaf : plural.select(Number(values.count)) === "one" ? leaf.one : leaf.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number.format(value) : value;
  });
}

/** The text of a key with its values filled in. Numbers are written in the locale's form. */
export function t<K extends MessageKey>(key: K, ...args: Args<K>): string {
  return tDynamic(key, args[0]);
}

/** For keys that come as data, for example a rule named by the API. A key without a text is shown as it is. */
export function tDynamic(key: string, values: MessageValues = {}): string {
  const leaf = lookUp(key);
  return leaf === undefined ? key : fill(leaf, values);
}

export function hasMessage(key: string): key is MessageKey {
  return lookUp(key) !== undefined;
}
