/** The closed set of reasons why the portal refuses or fails. Each maps to one HTTP status in lib/http/to-problem.ts. */
export const ERROR_CODES = [
  "invalid_input",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "throttled",
  "upstream",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What Azure said when it refused: shown to operators word for word, never translated away. */
export type AzureFailure = {
  /** HTTP status of the answer; null when there was no answer at all. */
  status: number | null;
  /** Azure's own error code, for example AuthorizationFailed. */
  code: string | null;
  message: string;
  /** x-ms-request-id (ARM) or request-id (Graph). */
  requestId: string | null;
  correlationId: string | null;
  /** Seconds the service asked us to wait; null when it did not say. */
  retryAfterSeconds: number | null;
  service: "entra" | "arm" | "resourceGraph" | "graph";
};

export type FieldError = { field: string; message: string };

/** RFC 9457 problem details: the body of every error of the portal's API. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  /** What the operator can do next. */
  nextStep?: string;
  traceId: string;
  fields?: FieldError[];
  azure?: AzureFailure;
};

export type AppErrorOptions = {
  code: ErrorCode;
  message: string;
  nextStep?: string;
  fields?: FieldError[];
  azure?: AzureFailure;
  /** Base64 claims for a step-up: the API answers 401 with an insufficient_claims challenge. */
  claims?: string;
  cause?: unknown;
};

const APP_ERROR = Symbol.for("arcwarden.AppError");

/** The one error class of the portal. `message` is safe to show to an operator; causes go to the log only. */
export class AppError extends Error {
  readonly [APP_ERROR] = true;

  /** Next bundles start-up and routes apart, so one process holds several copies of this class that must know each other. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this method and asks for itself.
    if (this !== AppError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && APP_ERROR in value;
  }

  readonly code: ErrorCode;
  readonly nextStep: string | undefined;
  readonly fields: FieldError[] | undefined;
  readonly azure: AzureFailure | undefined;
  readonly claims: string | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = options.code;
    this.nextStep = options.nextStep;
    this.fields = options.fields;
    this.azure = options.azure;
    this.claims = options.claims;
  }
}

/** An expected result that may fail per item, for work on many machines or from several sources. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: Problem };
