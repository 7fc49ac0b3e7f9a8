import { AppError, type ErrorCode, type Problem } from "./errors";

/** The one place where a reason of the portal becomes an HTTP status. */
export const STATUS_OF: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  throttled: 429,
  upstream: 502,
  internal: 500,
};

export const TITLE_OF: Record<ErrorCode, string> = {
  invalid_input: "The request cannot be used",
  unauthenticated: "Sign-in needed",
  forbidden: "Not allowed",
  not_found: "Not found",
  conflict: "Conflicts with what is there",
  throttled: "Too many requests",
  upstream: "Azure did not answer as needed",
  internal: "The portal failed",
};

/**
 * A thrown value as problem details inside an answer that goes on: the reason why one part of it is missing. Only AppError
 * speaks for itself; anything else gets a fixed sentence, because its text may name what operators must not see.
 */
export function problemOf(error: unknown, traceId: string): Problem {
  const code = error instanceof AppError ? error.code : "internal";
  const known = error instanceof AppError ? error : null;
  return {
    type: `urn:arcwarden:problem:${code.replaceAll("_", "-")}`,
    title: TITLE_OF[code],
    status: STATUS_OF[code],
    code,
    detail: known === null ? "Something unexpected happened in the portal." : known.message,
    ...(known?.nextStep === undefined ? {} : { nextStep: known.nextStep }),
    traceId,
    ...(known?.fields === undefined ? {} : { fields: known.fields }),
    ...(known?.azure === undefined ? {} : { azure: known.azure }),
  };
}
