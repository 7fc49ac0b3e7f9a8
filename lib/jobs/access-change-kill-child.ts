import { changeItems, findChangeSet, insertChangeSet } from "@/lib/db/access-changes";
import { appendIntent } from "@/lib/db/audit";
import { openDatabase } from "@/lib/db/database";
import { AppError } from "@/lib/domain/errors";
import { AccessChangeRunner } from "./access-change-runner";
import { LEASE_MS } from "./operation-timing";

/** A portal process for the kill test: writes one set of changes and watches it to its end. Its Azure is the parent. */

const [dataDir = "", azureOrigin = "", setId = "", count = "0"] = process.argv.slice(2);
/** Time runs faster here, so that waiting between reads does not make the test slow. */
const SPEED = 40;
const startedAt = Date.now();
const now = () => new Date(startedAt + (Date.now() - startedAt) * SPEED);
const TENANT = "tenant";
const ADA = "ada";
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function call(method: string, name: string): Promise<number> {
  try {
    return (await fetch(`${azureOrigin}/${name}`, { method })).status;
  } catch (cause) {
    throw new AppError({ code: "upstream", message: "no answer", cause });
  }
}

const db = await openDatabase({ dataDir });
const remote = {
  send: async ({ target }: { target: string }) => {
    await call("PUT", target);
    return undefined;
  },
  isInForce: async ({ target }: { target: string }) => (await call("GET", target)) === 200,
};
const access = { carriers: () => [`${TENANT}/${ADA}`], changeRemoteFor: () => remote };
const runner = new AccessChangeRunner({ db, access, now, log: quiet, idleMs: 20 });
await runner.start();
process.stdout.write("begin\n");

if ((await findChangeSet(db, setId)) === null) {
  const at = now();
  const common = { tenantId: TENANT, operatorObjectId: ADA, operatorName: "Ada", traceId: "t" };
  const set = { ...common, id: setId, carrierObjectId: ADA, requestHash: "h", startedAt: at, kind: "access" as const };
  const targets = Array.from({ length: Number(count) }, (_, position) => `${setId}-${position}`);
  const items = targets.map((target) => ({ target, request: '{"kind":"assign"}', exact: "{}", before: "{}", undo: "null" }));
  await db.session.transaction(async (tx) => {
    for (const target of targets) {
      await appendIntent(tx, { ...common, at, action: "access.assign", targetId: target, operationId: setId, detail: {} });
    }
    await insertChangeSet(tx, set, items, new Date(at.getTime() + LEASE_MS));
  });
}
await runner.submit(setId);
while ((await changeItems(db, setId)).some(({ effect }) => effect !== "effective")) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await runner.stop();
await db.close();
