import { insertChangeSet } from "./access-changes";
import type { Database } from "./database";
import { insertElevationBatch, type NewElevationItem } from "./elevation";
import { insertOperation } from "./operations";

/** Three pieces of each kind of work, for tests only. */

export const AT = new Date("2026-03-01T10:00:00.000Z");
export const LATER = new Date("2026-03-01T10:03:00.000Z");
export const OWN = { tenantId: "t1", operatorObjectId: "ada" };
export const ACTIVATION = { ...OWN, roleId: "role", scopeKey: "/subscriptions/s" };
const GROUP = { operatorName: "Ada", carrierObjectId: "ada", requestHash: "h", traceId: "t", startedAt: AT };
export const IDS = ["1", "2", "3"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
export const PARENT = "00000000-0000-4000-8000-0000000000aa";

export async function storeOperations(db: Database): Promise<void> {
  for (const id of IDS) {
    const machine = { machineId: `/machines/${id}`, machineName: id, extensionName: "AADLogin", kind: "extension.deploy" };
    const values = { id, ...OWN, ...machine, operatorName: "Ada", request: "{}", before: "null", traceId: "t" };
    await db.session.transaction((tx) => insertOperation(tx, values, AT, AT));
  }
}

export async function storeElevations(db: Database): Promise<void> {
  const items = IDS.map((id): NewElevationItem => {
    const { roleId, scopeKey } = ACTIVATION;
    const told = { request: "{}", exact: "{}", facts: "{}", context: null, refusal: null, decidedBy: null };
    return { id, kind: "activate", roleId, scopeKey, target: id, ...told };
  });
  await db.session.transaction((tx) => insertElevationBatch(tx, { id: PARENT, ...OWN, ...GROUP }, items, AT));
}

export async function storeChanges(db: Database): Promise<void> {
  const items = IDS.map((id) => ({ target: id, request: "{}", exact: "{}", before: "null", undo: "null" }));
  await db.session.transaction((tx) => insertChangeSet(tx, { id: PARENT, ...OWN, ...GROUP, kind: "access" }, items, AT));
}
