/**
 * Gives access tokens of one operator for Azure's APIs. Structurally a `TokenCredential` of @azure/core-auth, so SDK
 * clients and raw pipelines take it as it is. Build one SDK client per provider: the pipelines cache tokens.
 */
export type TokenProvider = {
  /** Throws AppError: `unauthenticated` (with `claims` for a step-up), `forbidden`, `throttled` or `upstream`. */
  getToken(scopes: string | string[], options?: TokenOptions): Promise<{ token: string; expiresOnTimestamp: number }>;
  /** When the operator's own sign-in ends and no new token can be asked for, in ms since the epoch. */
  readonly expiresAtMs: number;
  /** When Entra issued the operator's sign-in, in ms since the epoch: of two sign-ins the later one is the stronger one. */
  readonly issuedAtMs: number;
};

/** `claims` is the JSON text of a claims challenge. */
export type TokenOptions = { claims?: string; abortSignal?: unknown; enableCae?: boolean; tenantId?: string };
