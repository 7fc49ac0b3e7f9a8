import type { Database } from "@/lib/db/database";
import { insertOperation, type NewOperation, type OperationRow } from "@/lib/db/operations";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import type { OperationRemote, RemoteAccess, RemoteStart, RemoteStatus, Sighting } from "./operation-remote";
import { OperationRunner } from "./operation-runner";
import { LEASE_MS } from "./operation-timing";

/** Pieces for tests of the runner: a clock that stands still, a remote that does as told, one planned operation. */

export class FakeClock {
  private ms = Date.parse("2026-03-01T10:00:00.000Z");
  now = (): Date => new Date(this.ms);
  advance(ms: number): void {
    this.ms += ms;
  }
}

export function azureError(status: number | null, code: AppError["code"] = "upstream", claims?: string): AppError {
  const azure: AzureFailure = {
    status,
    code: `Code${status}`,
    message: `Azure says ${status}`,
    requestId: "r1",
    correlationId: null,
    retryAfterSeconds: null,
    service: "arm",
  };
  return new AppError({ code, message: azure.message, azure, ...(claims === undefined ? {} : { claims }) });
}

export const ACCEPTED: RemoteStart = {
  operationUrl: "https://management.azure.com/op?t=signed",
  locationUrl: null,
  retryAfterSeconds: null,
  requestId: "r1",
  correlationId: null,
};
export const running: RemoteStatus = {
  azureStatus: "InProgress",
  phase: "running",
  failure: null,
  decoded: null,
  retryAfterSeconds: null,
};
export const succeeded: RemoteStatus = { ...running, azureStatus: "Succeeded", phase: "succeeded" };

type Answer<T> = T | Error | (() => Promise<T> | T);

/** Answers in turn; the last answer stays. Every call is written down. */
export class FakeRemote implements OperationRemote {
  readonly calls: string[] = [];
  sends: Answer<RemoteStart>[] = [ACCEPTED];
  polls: Answer<RemoteStatus>[] = [succeeded];
  looks: Answer<Sighting>[] = [{ seen: "succeeded", azureStatus: "Succeeded" }];

  send = (row: OperationRow) => this.next("send", row, this.sends);
  poll = (row: OperationRow) => this.next("poll", row, this.polls);
  look = (row: OperationRow) => this.next("look", row, this.looks);

  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  private async next<T>(name: string, _row: OperationRow, answers: Answer<T>[]): Promise<T> {
    this.calls.push(name);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new Error(`no answer for ${name}`);
    return typeof answer === "function" ? (answer as () => Promise<T>)() : answer;
  }
}

export class FakeAccess implements RemoteAccess {
  people = new Set(["t1/ada"]);
  readonly remote: OperationRemote;
  constructor(remote: OperationRemote) {
    this.remote = remote;
  }
  carriers = (): string[] => [...this.people];
  remoteFor = (row: OperationRow) => (this.people.has(`${row.tenantId}/${row.carrierObjectId}`) ? this.remote : null);
  forget = (row: OperationRow): void => {
    this.people.delete(`${row.tenantId}/${row.carrierObjectId}`);
  };
}

export const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

const MACHINE =
  "/subscriptions/10ca1a2e-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/WIN-1";

export function newOperation(over: Partial<NewOperation> = {}): NewOperation {
  return {
    id: crypto.randomUUID(),
    tenantId: "t1",
    kind: "extension.deploy",
    machineId: MACHINE,
    machineName: "WIN-1",
    extensionName: "AADLogin",
    operatorObjectId: "ada",
    operatorName: "Ada",
    request: JSON.stringify({ method: "PUT", url: "https://management.azure.com/x", body: null }),
    before: "null",
    traceId: "trace",
    ...over,
  };
}

export type Bench = { db: Database; clock: FakeClock; remote: FakeRemote; access: FakeAccess; runner: OperationRunner };

export function createBench(db: Database): Bench {
  const clock = new FakeClock();
  const remote = new FakeRemote();
  const access = new FakeAccess(remote);
  const runner = new OperationRunner({ db, access, now: clock.now, log: quietLog });
  return { db, clock, remote, access, runner };
}

/** Stores one planned operation as the use cases do and returns its id. */
export async function plan(bench: Bench, over: Partial<NewOperation> = {}): Promise<string> {
  const values = newOperation(over);
  const at = bench.clock.now();
  await bench.db.session.transaction((tx) => insertOperation(tx, values, at, new Date(at.getTime() + LEASE_MS)));
  return values.id;
}
