import "server-only";
import type { OperationRow } from "@/lib/db/operations";
import type { ExtensionFailure } from "@/lib/domain/api";
import type { AzureFailure } from "@/lib/domain/errors";

/** What the runner needs of the world outside. It knows states and time, never Azure. */

/** The request was accepted. Addresses are signed and opaque; both null = there is nothing to poll, look instead. */
export type RemoteStart = {
  operationUrl: string | null;
  locationUrl: string | null;
  retryAfterSeconds: number | null;
  requestId: string | null;
  correlationId: string | null;
};

export type RemoteStatus = {
  azureStatus: string;
  phase: "running" | "succeeded" | "failed" | "canceled";
  failure: AzureFailure | null;
  decoded: ExtensionFailure | null;
  retryAfterSeconds: number | null;
};

/** What one GET of the target shows. `nothing`: the request has had no effect that can be seen. */
export type Sighting =
  | { seen: "nothing"; azureStatus: string | null }
  | { seen: "running"; azureStatus: string }
  | { seen: "succeeded"; azureStatus: string }
  | { seen: "canceled"; azureStatus: string }
  | { seen: "failed"; azureStatus: string; failure: ExtensionFailure | null };

/** Every call may throw AppError; only `send` changes something. */
export type OperationRemote = {
  send(row: OperationRow): Promise<RemoteStart>;
  poll(row: OperationRow): Promise<RemoteStatus>;
  look(row: OperationRow): Promise<Sighting>;
};

export type RemoteAccess = {
  /** People whose delegated token lives in this process, as tenantId/objectId. */
  carriers(): string[];
  /** Calls made as the operation's carrier; null when that person's token is gone. */
  remoteFor(row: OperationRow): OperationRemote | null;
  /** The carrier's token no longer works. */
  forget(row: OperationRow): void;
};
