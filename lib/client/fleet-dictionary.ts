/** Text to code and back. Code 0 is always the empty text, so a fresh column means "not said". */
export class FleetDictionary {
  readonly texts: string[] = [""];
  readonly #codes = new Map<string, number>([["", 0]]);
  readonly #caseless: boolean;

  constructor(caseless: boolean) {
    this.#caseless = caseless;
  }

  get size(): number {
    return this.texts.length;
  }

  intern(text: string): number {
    const key = this.#caseless ? text.toLowerCase() : text;
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    const code = this.texts.length;
    this.texts.push(text);
    this.#codes.set(key, code);
    return code;
  }

  /** The code of a text, or -1 when no row ever had it. */
  codeOf(text: string): number {
    return this.#codes.get(this.#caseless ? text.toLowerCase() : text) ?? -1;
  }

  text(code: number): string {
    return this.texts[code] ?? "";
  }

  /** Codes of a page's dictionary translated to codes of this one. */
  translate(texts: readonly string[]): Uint32Array {
    return Uint32Array.from(texts, (text) => this.intern(text));
  }
}
