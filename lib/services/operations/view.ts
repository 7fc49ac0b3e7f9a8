import "server-only";
import type { Database } from "@/lib/db/database";
import { type OperationEventRow, type OperationRow, operationEvents } from "@/lib/db/operations";
import { OPERATION_STATES, type OperationState, type OperationView } from "@/lib/domain/api";
import { storedAzure, storedFailure, storedKind, storedRequest } from "./stored";

function stateOf(text: string): OperationState {
  return OPERATION_STATES.find((state) => state === text) ?? "unknown";
}

/** What a browser may see of an operation. The signed addresses of Azure stay behind. */
export function toOperationView(row: OperationRow, events: readonly OperationEventRow[]): OperationView {
  return {
    id: row.id,
    kind: storedKind(row),
    machineId: row.machineId,
    machineName: row.machineName,
    extensionName: row.extensionName,
    state: row.state,
    azureStatus: row.azureStatus,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    operatorName: row.operatorName,
    operatorObjectId: row.operatorObjectId,
    events: events.map((event) => ({ at: event.at.toISOString(), state: stateOf(event.state), detail: event.detail })),
    failure: storedFailure(row),
    azure: storedAzure(row),
    waitingFor: row.waitingFor,
    request: storedRequest(row),
  };
}

/** The view of a row with its history from the store. */
export async function viewOf(db: Database, row: OperationRow): Promise<OperationView> {
  return toOperationView(row, await operationEvents(db, row.id));
}
