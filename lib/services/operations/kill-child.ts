import type { AzureClients, LongRunningStart } from "@/lib/azure/ports";
import type { ServerConfig } from "@/lib/config/env";
import { openDatabase } from "@/lib/db/database";
import { findOperation, recentOperations } from "@/lib/db/operations";
import { cloudById } from "@/lib/domain/clouds";
import { AppError } from "@/lib/domain/errors";
import { machineId } from "@/lib/domain/machine";
import { extensionFixture } from "@/lib/domain/machine-fixture";
import { OperationRunner } from "@/lib/jobs/operation-runner";
import { deploySignIn } from "../sign-in/deploy";
import { OperatorAccess } from "./access";
import { ADA, createFakeAzure, quiet } from "./testing";

/** A portal process for the kill test: deploys one machine under a given id, carries everything to its end. Its Azure is the parent. */

const [dataDir = "", azureOrigin = "", machineName = "", operationId = ""] = process.argv.slice(2);
/** Time runs faster here, so that waiting between polls does not make the test slow. */
const SPEED = 20;
const startedAt = Date.now();
const now = () => new Date(startedAt + (Date.now() - startedAt) * SPEED);

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: { state?: string; settings?: Record<string, unknown> } }> {
  try {
    const answer = await fetch(`${azureOrigin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as { state?: string } };
  } catch (cause) {
    throw new AppError({ code: "upstream", message: "no answer", cause });
  }
}

function remoteAzure(): AzureClients {
  const fake = createFakeAzure();
  const { hybridCompute } = fake.clients;
  hybridCompute.getMachine = async (ref) => {
    const machine = { ...fake.machine, ...ref, id: machineId(ref), displayName: ref.name };
    return { machine, raw: {}, asOf: now().toISOString() };
  };
  hybridCompute.getExtension = async (ref) => {
    const { status, body } = await call("GET", `/extension/${ref.name}`);
    return status === 404
      ? null
      : extensionFixture({ provisioningState: body.state ?? "Creating", settings: body.settings ?? {} });
  };
  hybridCompute.listExtensions = async (ref) => {
    const extension = await hybridCompute.getExtension(ref, "AADLogin");
    return extension === null ? [] : [extension];
  };
  hybridCompute.putExtension = async (ref, _name, body): Promise<LongRunningStart> => {
    await call("PUT", `/extension/${ref.name}`, body.properties.settings);
    const operationUrl = `${azureOrigin}/operation/${ref.name}`;
    return {
      status: 201,
      operationUrl,
      locationUrl: null,
      retryAfterSeconds: null,
      body: null,
      requestId: "r",
      correlationId: null,
    };
  };
  hybridCompute.pollOperation = async ({ operationUrl }) => {
    const { body } = await call("GET", new URL(operationUrl ?? "").pathname);
    const done = body.state === "Succeeded";
    return { azureStatus: body.state ?? "", phase: done ? "succeeded" : "running", failure: null, retryAfterSeconds: null };
  };
  return fake.clients;
}

const db = await openDatabase({ dataDir });
const azure = remoteAzure();
const access = new OperatorAccess(() => now().getTime());
access.remember(ADA, now().getTime() + 24 * 3_600_000, () => azure);
const runner = new OperationRunner({ db, access, now, log: quiet, idleMs: 50 });
await runner.start();
process.stdout.write("begin\n");

const config = { cloud: cloudById("public") } as ServerConfig;
const ctx = { operator: ADA, azure, db, config, clock: { now }, log: quiet, traceId: "t", signal: new AbortController().signal };
const ref = { subscriptionId: "10ca1a2e-0000-4000-8000-000000000001", resourceGroup: "rg", name: machineName };
if ((await findOperation(db, operationId)) === null) {
  const input = {
    extensionName: "AADLogin",
    mdmId: "",
    consent: true as const,
    overrides: [],
    typedMachineName: "",
    operationId,
  };
  await deploySignIn({ ctx, runner, ref, input });
}
while ((await recentOperations(db, { tenantId: ADA.tenantId, operatorObjectId: null, runningOnly: true, limit: 1 })).length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
process.stdout.write("ended\n");
await runner.stop();
await db.close();
