import "server-only";
import { AppError, type AzureFailure, type ErrorCode } from "@/lib/domain/errors";
import { claimsOfChallenge, claimsOfPimRefusal } from "./challenge";
import { readRetryAfterMs } from "./retry-after";

/** What of an HTTP answer the error mapping reads. `HttpHeaders` of the SDK fits. */
export type RefusedAnswer = {
  status: number;
  headers: { get(name: string): string | undefined };
  bodyText: string;
};

export type AzureService = AzureFailure["service"];

type ErrorWords = { code: string | null; message: string };

const SERVICE_NAMES: Record<AzureService, string> = {
  arm: "Azure Resource Manager",
  resourceGraph: "Azure Resource Graph",
  graph: "Microsoft Graph",
  entra: "Microsoft Entra",
};

/** The service's name as operators know it. */
export function serviceName(service: AzureService): string {
  return SERVICE_NAMES[service];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  // Old OData errors wrap the sentence: {"message":{"lang":"en","value":"..."}}.
  if (isRecord(value) && typeof value.value === "string") return value.value;
  return null;
}

function detailWords(details: unknown): string {
  if (!Array.isArray(details)) return "";
  const parts = details
    .filter(isRecord)
    .map((row) => [textOf(row.code), textOf(row.message)].filter((part) => part !== null).join(": "))
    .filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/**
 * Code and message out of an error body in any of the forms Azure uses: the ARM and Graph envelope `{error:{...}}`, the bare
 * `{code,message}` of the activity log, the old OData envelope, an empty body, and text or HTML that is no JSON at all.
 * Source: Azure REST API guidelines and recorded answers (docs/architecture.md, "Facts").
 */
export function readErrorWords(bodyText: string, status: number): ErrorWords {
  const body = bodyText.trim();
  if (body === "") return { code: null, message: `The service answered HTTP ${status} without a body.` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    if (body.startsWith("<"))
      return { code: null, message: `A gateway answered HTTP ${status} with an HTML page instead of Azure's JSON.` };
    return { code: null, message: body.slice(0, 500) };
  }
  return readErrorObject(parsed) ?? { code: null, message: `The service answered HTTP ${status} in a form that names no error.` };
}

/** The same for a body that is already parsed, for example `error` inside the status of a long-running operation. */
export function readErrorObject(parsed: unknown): ErrorWords | null {
  if (!isRecord(parsed)) return null;
  const inner = [parsed.error, parsed["odata.error"]].find(isRecord) ?? parsed;
  const code = textOf(inner.code) ?? textOf(inner.Code);
  const message = textOf(inner.message) ?? textOf(inner.Message);
  if (code === null && message === null) return null;
  return { code, message: `${message ?? code}${detailWords(inner.details)}` };
}

/** Azure's refusal as data: status, code, sentence, ids and how long it asks to wait. */
function failureOf(answer: RefusedAnswer, service: AzureService, now: Date): AzureFailure {
  const words = readErrorWords(answer.bodyText, answer.status);
  const waitMs = readRetryAfterMs(answer, now);
  return {
    status: answer.status,
    code: words.code,
    message: words.message,
    requestId: answer.headers.get("x-ms-request-id") ?? answer.headers.get("request-id") ?? null,
    correlationId: answer.headers.get("x-ms-correlation-request-id") ?? answer.headers.get("client-request-id") ?? null,
    retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1000),
    service,
  };
}

function codeFor(status: number, isWrite: boolean): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not_found";
  if (status === 409 || status === 412) return "conflict";
  if (status === 429) return "throttled";
  // A refused read is the portal's own mistake or Azure's, never something the operator typed.
  if (status >= 400 && status < 500 && isWrite) return "invalid_input";
  return "upstream";
}

function nextStepFor(code: ErrorCode, failure: AzureFailure): string {
  switch (code) {
    case "unauthenticated":
      return "Sign in again.";
    case "forbidden":
      return "Ask for a role that holds the named action at this scope, or activate it, then try again.";
    case "not_found":
      return "Check whether it was deleted or moved, then reload.";
    case "conflict":
      return "Wait until the other change has ended, reload, then try again.";
    case "throttled":
      return failure.retryAfterSeconds === null
        ? "Wait a minute, then try again."
        : `Wait ${failure.retryAfterSeconds} seconds, then try again.`;
    case "invalid_input":
      return "Correct what Azure names, then try again.";
    case "upstream":
    case "internal":
      return "Try again. If it stays, give the request id to Azure support.";
  }
}

/** An answer with an error status as the portal's one error class. `subject` says in words what was asked for. */
export function refusalError(args: {
  answer: RefusedAnswer;
  service: AzureService;
  subject: string;
  isWrite: boolean;
  now: Date;
}): AppError {
  const failure = failureOf(args.answer, args.service, args.now);
  const wrongTenant = failure.code === "InvalidAuthenticationTokenTenant";
  const stepUp = claimsOfPimRefusal(failure)?.claims ?? null;
  const challenge = args.answer.status === 401 ? claimsOfChallenge(args.answer.headers.get("www-authenticate")) : null;
  const claims = challenge ?? stepUp;
  const code = wrongTenant ? "forbidden" : stepUp === null ? codeFor(args.answer.status, args.isWrite) : "unauthenticated";
  return new AppError({
    code,
    message: `${serviceName(args.service)} refused ${args.subject}: ${failure.message}`,
    nextStep: wrongTenant
      ? "This subscription belongs to another tenant. Change the tenant in the account menu, or sign in with an account of it."
      : claims === null
        ? nextStepFor(code, failure)
        : "Confirm your sign-in, the request is then repeated.",
    azure: failure,
    ...(claims === null ? {} : { claims }),
  });
}

/** No usable answer came: the connection broke, nothing came in time, or the answer was cut off. */
export function lostAnswerError(args: {
  service: AzureService;
  what: "timeout" | "connection" | "malformed" | "redirect" | "untrusted";
  message: string;
  status?: number | null;
  requestId?: string | null;
  cause?: unknown;
}): AppError {
  return new AppError({
    code: "upstream",
    message: `${serviceName(args.service)}: ${args.message}`,
    nextStep: "Try again. If it stays, check the network path from the portal to Azure.",
    azure: {
      status: args.status ?? null,
      code: LOST_CODES[args.what],
      message: args.message,
      requestId: args.requestId ?? null,
      correlationId: null,
      retryAfterSeconds: null,
      service: args.service,
    },
    ...(args.cause === undefined ? {} : { cause: args.cause }),
  });
}

/** Codes of the portal itself for answers that never came; none of them is a code of Azure. */
const LOST_CODES = {
  timeout: "Portal.NoAnswerInTime",
  connection: "Portal.ConnectionLost",
  malformed: "Portal.AnswerNotReadable",
  redirect: "Portal.RedirectRefused",
  untrusted: "Portal.AddressRefused",
} as const;
