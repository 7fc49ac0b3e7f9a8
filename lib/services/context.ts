import type { AzureClients } from "@/lib/azure/ports";
import type { ServerConfig } from "@/lib/config/env";
import type { Database } from "@/lib/db/database";
import type { SignInDemand } from "@/lib/db/rollouts";
import type { LogFields } from "@/lib/domain/log-fields";
import type { Operator } from "@/lib/domain/operator";

export type Clock = { now(): Date };

/** Fields are declared classes; the compiler refuses a field that is not declared. */
export type Logger = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, error: unknown, fields?: LogFields): void;
};

/** Everything a use case may touch. Built once per request by lib/http; tests build it from plain objects. */
export type ServiceContext = {
  operator: Operator;
  azure: AzureClients;
  db: Database;
  config: ServerConfig;
  clock: Clock;
  log: Logger;
  traceId: string;
  signal: AbortSignal;
  /** End of the caller's API token: tells one sign-in from the next. Absent in tests that need none. */
  tokenExpiresAtMs?: number;
  /**
   * Claims that Azure demands of this sign-in before it goes on with a roll-out, as far as this portal was told or `stored` says
   * that another one was; null = none. Absent in tests that need none.
   */
  demanded?: (stored?: SignInDemand | null) => string | null;
  /** Clients of the same sign-in for work that goes on when the browser has left. Absent in tests that need none. */
  lasting?: () => AzureClients;
};
