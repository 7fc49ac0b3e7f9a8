/** Why a query is refused. The kind decides the wire code of the second error detail. */
export type KqlFailure =
  | { kind: "parser"; line: number; column: number; token: string; expected?: string }
  | { kind: "language"; token: string }
  | { kind: "table"; table: string }
  | { kind: "semantic"; message: string };

export class KqlError extends Error {
  readonly failure: KqlFailure;
  constructor(failure: KqlFailure) {
    super(failure.kind === "semantic" ? failure.message : `query refused: ${failure.kind}`);
    this.failure = failure;
  }
}

export function semanticError(message: string): KqlError {
  return new KqlError({ kind: "semantic", message });
}
