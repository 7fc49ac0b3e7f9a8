import { AppError, type Problem } from "@/lib/domain/errors";
import { STATUS_OF, TITLE_OF } from "@/lib/domain/problem";

import { RequestRefusal } from "./request-refusal";

const UNKNOWN_DETAIL = "Something unexpected happened in the portal.";
const UNKNOWN_NEXT_STEP =
  "Try again. If it goes on, give the trace id to the portal's administrator, who finds the cause in the log.";

/**
 * Any thrown value as problem details. Only AppError speaks for itself; everything else gets a fixed text, so that no
 * stack, path or secret of an unexpected error reaches the browser.
 */
export function toProblem(error: unknown, traceId: string): Problem {
  if (!(error instanceof AppError)) {
    return {
      type: "urn:arcwarden:problem:internal",
      title: TITLE_OF.internal,
      status: STATUS_OF.internal,
      code: "internal",
      detail: UNKNOWN_DETAIL,
      nextStep: UNKNOWN_NEXT_STEP,
      traceId,
    };
  }
  return {
    type: `urn:arcwarden:problem:${error.code.replaceAll("_", "-")}`,
    title: TITLE_OF[error.code],
    status: error instanceof RequestRefusal ? error.status : STATUS_OF[error.code],
    code: error.code,
    detail: error.message,
    ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
    traceId,
    ...(error.fields === undefined ? {} : { fields: error.fields }),
    ...(error.azure === undefined ? {} : { azure: error.azure }),
  };
}

/** Header that tells the browser which claims to sign in with (RFC 6750 with Entra's claims parameter). */
export function challengeHeader(error: unknown): string {
  const claims = error instanceof AppError ? error.claims : undefined;
  return claims === undefined
    ? 'Bearer error="invalid_token"'
    : `Bearer error="insufficient_claims", claims="${claims.replaceAll(/[^A-Za-z0-9+/=_-]/g, "")}"`;
}

export function problemResponse(error: unknown, traceId: string): Response {
  const problem = toProblem(error, traceId);
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store", "x-trace-id": traceId });
  if (problem.status === 401) headers.set("www-authenticate", challengeHeader(error));
  const own = error instanceof RequestRefusal ? error.retryAfterSeconds : null;
  const wait = own ?? problem.azure?.retryAfterSeconds ?? null;
  if (problem.status === 429) headers.set("retry-after", String(Math.max(1, Math.ceil(wait ?? 1))));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
