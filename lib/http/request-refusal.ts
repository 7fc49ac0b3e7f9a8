import { AppError, type AppErrorOptions } from "@/lib/domain/errors";

/** A refusal of the request itself whose HTTP status is narrower than that of its code: 413, 415, 429. */
export class RequestRefusal extends AppError {
  readonly status: number;
  /** Seconds after which the same request may pass; null where waiting does not help. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, options: AppErrorOptions & { retryAfterSeconds?: number }) {
    super(options);
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.name = "RequestRefusal";
    this.status = status;
  }
}
