import "server-only";
import type { AzureClients, LongRunningStart } from "@/lib/azure/ports";
import type { OperationRow } from "@/lib/db/operations";
import { decodeFailure, failureOfExtension } from "@/lib/domain/extension-failure";
import type { MachineExtension } from "@/lib/domain/machine";
import { hasSystemAssigned } from "@/lib/domain/machine-mapping";
import type { OperationRemote, RemoteStart, RemoteStatus, Sighting } from "@/lib/jobs/operation-remote";
import { storedExtensionBody, storedIdentityBody, storedKind, storedRef } from "./stored";

function nameOf(row: OperationRow): string {
  if (row.extensionName === null) throw new Error(`Operation ${row.id} names no extension.`);
  return row.extensionName;
}

function started(start: LongRunningStart): RemoteStart {
  const { operationUrl, locationUrl, retryAfterSeconds, requestId, correlationId } = start;
  return { operationUrl, locationUrl, retryAfterSeconds, requestId, correlationId };
}

async function send(azure: AzureClients, row: OperationRow): Promise<RemoteStart> {
  const ref = storedRef(row);
  switch (storedKind(row)) {
    case "extension.deploy":
    case "extension.repair":
      return started(await azure.hybridCompute.putExtension(ref, nameOf(row), storedExtensionBody(row)));
    case "extension.uninstall":
      return started(await azure.hybridCompute.deleteExtension(ref, nameOf(row)));
    case "identity.enable": {
      const { requestId } = await azure.hybridCompute.patchMachine(ref, storedIdentityBody(row));
      return { operationUrl: null, locationUrl: null, retryAfterSeconds: null, requestId, correlationId: null };
    }
  }
}

function sightingOf(extension: MachineExtension): Sighting {
  const azureStatus = extension.provisioningState;
  switch (azureStatus.toLowerCase()) {
    case "succeeded":
      return { seen: "succeeded", azureStatus };
    case "failed":
      return { seen: "failed", azureStatus, failure: failureOfExtension(extension) };
    case "canceled":
    case "cancelled":
      return { seen: "canceled", azureStatus };
    default:
      return { seen: "running", azureStatus };
  }
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether what Azure shows is what this operation asked for; an older extension of that name is not. */
function isOurs(extension: MachineExtension, row: OperationRow): boolean {
  const { publisher, type, settings } = storedExtensionBody(row).properties;
  if (!sameText(extension.publisher, publisher) || !sameText(extension.type, type)) return false;
  return extension.settings?.mdmId === settings.mdmId;
}

async function lookAtExtension(azure: AzureClients, row: OperationRow): Promise<Sighting> {
  const extension = await azure.hybridCompute.getExtension(storedRef(row), nameOf(row));
  if (storedKind(row) === "extension.uninstall") {
    if (extension === null) return { seen: "succeeded", azureStatus: "Deleted" };
    const { provisioningState } = extension;
    if (sameText(provisioningState, "Deleting")) return { seen: "running", azureStatus: provisioningState };
    return { seen: "nothing", azureStatus: provisioningState };
  }
  if (extension === null) return { seen: "nothing", azureStatus: null };
  // Once Azure has accepted the request, whatever stands under the name is its result.
  const accepted = row.state === "provisioning";
  return accepted || isOurs(extension, row)
    ? sightingOf(extension)
    : { seen: "nothing", azureStatus: extension.provisioningState };
}

async function lookAtIdentity(azure: AzureClients, row: OperationRow): Promise<Sighting> {
  const { machine } = await azure.hybridCompute.getMachine(storedRef(row));
  const azureStatus = machine.identity.raw;
  return hasSystemAssigned(machine.identity.kind) === true
    ? { seen: "succeeded", azureStatus }
    : { seen: "nothing", azureStatus };
}

async function poll(azure: AzureClients, row: OperationRow): Promise<RemoteStatus> {
  const { operationUrl, locationUrl } = row;
  const status = await azure.hybridCompute.pollOperation({ operationUrl, locationUrl });
  const { failure } = status;
  const facts = failure === null ? null : { code: failure.code, message: failure.message };
  const type =
    storedKind(row) === "identity.enable" || storedKind(row) === "extension.uninstall"
      ? null
      : storedExtensionBody(row).properties.type;
  return { ...status, decoded: facts === null ? null : decodeFailure({ ...facts, extensionType: type }) };
}

/** Calls of one operation as one person. None carries a request's signal: the browser may leave, the work goes on. */
export function createOperationRemote(azure: AzureClients): OperationRemote {
  return {
    send: (row) => send(azure, row),
    poll: (row) => poll(azure, row),
    look: (row) => (storedKind(row) === "identity.enable" ? lookAtIdentity(azure, row) : lookAtExtension(azure, row)),
  };
}
