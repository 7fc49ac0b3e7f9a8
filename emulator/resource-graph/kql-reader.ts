import { KqlError } from "./kql-errors.ts";
import type { Token } from "./kql-lexer.ts";

/** Walks over the tokens of one query. */
export class TokenReader {
  private at = 0;
  private readonly tokens: Token[];

  constructor(tokens: Token[]) {
    this.tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
    if (!token) throw new RangeError("a token list always ends with an end token");
    return token;
  }

  skip(count: number): void {
    this.at = Math.min(this.at + count, this.tokens.length - 1);
  }

  accept(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== "op" || token.text !== symbol) return false;
    this.skip(1);
    return true;
  }

  acceptName(word: string): boolean {
    const token = this.peek();
    if (token.kind !== "name" || token.text !== word) return false;
    this.skip(1);
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected(symbol);
  }

  expectName(word: string): void {
    if (!this.acceptName(word)) throw this.unexpected(word);
  }

  /** A bare or bracketed column or table name. */
  name(): string {
    const token = this.peek();
    if (token.kind === "name") {
      this.skip(1);
      return token.text;
    }
    if (token.text === "[" && this.peek(1).kind === "string" && this.peek(2).text === "]") {
      const name = String(this.peek(1).value);
      this.skip(3);
      return name;
    }
    throw this.unexpected();
  }

  unexpected(expected?: string): KqlError {
    const { line, column, text } = this.peek();
    return new KqlError({ kind: "parser", line, column, token: text, ...(expected === undefined ? {} : { expected }) });
  }
}
