import { appendIntent } from "@/lib/db/audit";
import { openDatabase } from "@/lib/db/database";
import { elevationItems, findElevationBatch, insertElevationBatch } from "@/lib/db/elevation";
import { AppError } from "@/lib/domain/errors";
import type { TakenRequest } from "./elevation-remote";
import { ElevationRunner } from "./elevation-runner";
import { LEASE_MS } from "./operation-timing";

/** A portal process for the kill test: sends one batch and watches it to its end. Its Azure is the parent. */

const [dataDir = "", azureOrigin = "", batchId = "", ...ids] = process.argv.slice(2);
/** Time runs faster here, so that waiting between reads does not make the test slow. */
const SPEED = 40;
const startedAt = Date.now();
const now = () => new Date(startedAt + (Date.now() - startedAt) * SPEED);
const TENANT = "tenant";
const ADA = "ada";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PROVISIONED: TakenRequest = { kind: "taken", status: "Provisioned", phase: "done", startsAt: null, endsAt: null };
const WAITING: TakenRequest = { ...PROVISIONED, status: "PendingProvisioning", phase: "waiting" };

async function call(method: string, name: string): Promise<number> {
  try {
    return (await fetch(`${azureOrigin}/${name}`, { method })).status;
  } catch (cause) {
    throw new AppError({ code: "upstream", message: "no answer", cause });
  }
}

async function send({ id }: { id: string }): Promise<TakenRequest> {
  await call("PUT", id);
  return WAITING;
}

const db = await openDatabase({ dataDir });
const remote = {
  send,
  look: async ({ id }: { id: string }) => ((await call("GET", id)) === 200 ? PROVISIONED : null),
  isInForce: async ({ id }: { id: string }) => (await call("GET", id)) === 200,
};
const access = { carriers: () => [`${TENANT}/${ADA}`], elevationRemoteFor: () => remote };
const runner = new ElevationRunner({ db, access, now, log: quiet, idleMs: 20 });
await runner.start();
process.stdout.write("begin\n");

if ((await findElevationBatch(db, batchId)) === null) {
  const at = now();
  const common = { tenantId: TENANT, operatorObjectId: ADA, operatorName: "Ada", traceId: "t" };
  const batch = { ...common, id: batchId, carrierObjectId: ADA, requestHash: "h", startedAt: at };
  const item = { kind: "activate" as const, roleId: "r", scopeKey: "/", exact: "{}", facts: "{}", context: null };
  const rest = { refusal: null, decidedBy: null };
  const items = ids.map((id) => ({ ...item, ...rest, id, target: id, request: JSON.stringify({ kind: "activate", id }) }));
  await db.session.transaction(async (tx) => {
    for (const id of ids) {
      await appendIntent(tx, { ...common, at, action: "elevation.activate", targetId: id, operationId: batchId, detail: {} });
    }
    await insertElevationBatch(tx, batch, items, new Date(at.getTime() + LEASE_MS));
  });
}
await runner.submit(batchId, remote, "sign-in");
while ((await elevationItems(db, batchId)).some(({ effect }) => effect !== "effective")) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await runner.stop();
await db.close();
