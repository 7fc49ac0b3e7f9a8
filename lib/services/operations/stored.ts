import "server-only";
import { z } from "zod";
import type { ExtensionBody } from "@/lib/azure/ports";
import type { OperationRow } from "@/lib/db/operations";
import { type ExactRequest, type ExtensionFailure, OPERATION_KINDS, type OperationKind } from "@/lib/domain/api";
import type { AzureFailure } from "@/lib/domain/errors";
import { type MachineRef, parseMachineId } from "@/lib/domain/machine";

/** Text columns of an operation as values again. They were written by this portal, perhaps by an older version of it. */

const requestSchema = z.object({ method: z.enum(["PUT", "PATCH", "DELETE"]), url: z.string(), body: z.unknown() });
const extensionBodySchema = z.object({
  location: z.string(),
  properties: z.looseObject({
    publisher: z.string(),
    type: z.string(),
    autoUpgradeMinorVersion: z.boolean(),
    settings: z.record(z.string(), z.unknown()),
  }),
});
const identityBodySchema = z.record(z.string(), z.unknown());

export function storedRequest(row: OperationRow): ExactRequest {
  const { method, url, body } = requestSchema.parse(JSON.parse(row.request));
  return { method, url, body: body ?? null };
}

export function storedExtensionBody(row: OperationRow): ExtensionBody {
  return extensionBodySchema.parse(storedRequest(row).body) as ExtensionBody;
}

export function storedIdentityBody(row: OperationRow): Record<string, unknown> {
  return identityBodySchema.parse(storedRequest(row).body);
}

export function storedKind(row: OperationRow): OperationKind {
  return z.enum(OPERATION_KINDS).parse(row.kind);
}

export function storedRef(row: OperationRow): MachineRef {
  const ref = parseMachineId(row.machineId);
  if (ref === null) throw new Error(`Operation ${row.id} names no machine.`);
  return ref;
}

const failureSchema = z.custom<ExtensionFailure>((value) => typeof value === "object" && value !== null && "meaning" in value);
const azureSchema = z.custom<AzureFailure>((value) => typeof value === "object" && value !== null && "message" in value);

export function storedFailure(row: OperationRow): ExtensionFailure | null {
  return row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure));
}

export function storedAzure(row: OperationRow): AzureFailure | null {
  return row.azure === null ? null : azureSchema.parse(JSON.parse(row.azure));
}
