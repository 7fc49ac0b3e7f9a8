import type { ErrorCode } from "@/lib/domain/errors";

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
