import { inspect } from "node:util";
import { AppError } from "@/lib/domain/errors";
import { LOG_FIELDS, type LogFields } from "@/lib/domain/log-fields";

export type LogLevel = "info" | "warn" | "error";

export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, error: unknown, fields?: LogFields): void;
  /** The same log with fields that stand in every line. */
  with(fields: LogFields): Log;
};

const MAX_VALUE_LENGTH = 300;
const TOKEN_LIKE = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|Bearer\s+\S+/g;

function clean(value: string): string {
  const text = value.replaceAll(TOKEN_LIKE, "[token removed]");
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}...` : text;
}

function checked(fields: LogFields): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (!Object.hasOwn(LOG_FIELDS, name)) return [name, "[field not declared in lib/domain/log-fields.ts]"];
      return [name, typeof value === "string" ? clean(value) : value];
    }),
  );
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: clean(inspect(error, { depth: 1 })) };
  const stack = (error.stack ?? "")
    .split("\n")
    .slice(1, 8)
    .map((line) => line.trim());
  const azure = error instanceof AppError ? error.azure : undefined;
  return {
    error: clean(`${error.name}: ${error.message}`),
    stack,
    ...(azure === undefined
      ? {}
      : { azureCode: azure.code, azureStatus: azure.status, azureService: azure.service, requestId: azure.requestId }),
    ...(error.cause === undefined ? {} : { cause: describeCause(error.cause) }),
  };
}

function describeCause(cause: unknown): string {
  return clean(cause instanceof Error ? `${cause.name}: ${cause.message}` : inspect(cause, { depth: 0 }));
}

/** One JSON object a line. `write` is process.stdout in the server and a list in tests. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date(), fixed: LogFields = {}): Log {
  const emit = (level: LogLevel, event: string, fields: LogFields, extra: Record<string, unknown> = {}) => {
    write(`${JSON.stringify({ at: now().toISOString(), level, event, ...checked({ ...fixed, ...fields }), ...extra })}\n`);
  };
  return {
    info: (event, fields = {}) => emit("info", event, fields),
    warn: (event, fields = {}) => emit("warn", event, fields),
    error: (event, error, fields = {}) => emit("error", event, fields, describe(error)),
    with: (fields) => createLog(write, now, { ...fixed, ...fields }),
  };
}
