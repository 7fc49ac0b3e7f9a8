import "server-only";
import { AppError } from "@/lib/domain/errors";
import type { LogFields } from "@/lib/domain/log-fields";
import type { Logger } from "./context";

/** A part could not be read, and the answer goes on without it: a refusal is a warning, anything else an error with its stack. */
export function logUnread(log: Logger, event: string, error: unknown, fields: LogFields = {}): void {
  if (error instanceof AppError) log.warn(event, { ...fields, reason: error.message });
  else log.error(event, error, fields);
}
