import { AppError, type AppErrorOptions } from "@/lib/domain/errors";

/** A refusal of the request itself whose HTTP status is narrower than that of its code: 405, 413, 415. */
export class RequestRefusal extends AppError {
  readonly status: number;

  constructor(status: number, options: AppErrorOptions) {
    super(options);
    this.name = "RequestRefusal";
    this.status = status;
  }
}
