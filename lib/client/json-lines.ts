/** A line that is no JSON, or no message: the stream cannot be trusted any further. */
export type BrokenLine = { type: "broken"; reason: string };

/** Turns bytes into messages: a line may come in several chunks and a chunk may hold several lines. */
export class JsonLines<T extends { type: string }> {
  readonly #types: ReadonlySet<string>;
  readonly #what: string;
  #decoder = new TextDecoder();
  #rest = "";

  /** `types` are the message types of the stream; `what` names it in the reason of a broken line. */
  constructor(types: ReadonlySet<T["type"]>, what: string) {
    this.#types = types;
    this.#what = what;
  }

  /** Begins a new stream and forgets an unfinished line of the last one. */
  reset(): void {
    this.#decoder = new TextDecoder();
    this.#rest = "";
  }

  push(chunk: Uint8Array): (T | BrokenLine)[] {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n");
    this.#rest = text.slice(end + 1);
    return end < 0 ? [] : this.#parse(text.slice(0, end));
  }

  finish(): (T | BrokenLine)[] {
    const text = this.#rest + this.#decoder.decode();
    this.reset();
    return this.#parse(text);
  }

  #parse(text: string): (T | BrokenLine)[] {
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => this.#parseLine(line));
  }

  #parseLine(line: string): T | BrokenLine {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && "type" in value && this.#types.has(String(value.type))) {
        // The portal's own API wrote it; its shape is fixed by the wire types of lib/domain.
        return value as T;
      }
      return { type: "broken", reason: `a line is not ${this.#what}` };
    } catch {
      return { type: "broken", reason: "a line is not JSON" };
    }
  }
}
