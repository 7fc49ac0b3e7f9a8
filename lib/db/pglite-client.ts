import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Worker as ThreadWorker } from "node:worker_threads";

export type ThreadResult = { rows: unknown[]; fields: { name: string; dataTypeID: number }[]; affectedRows?: number };
type QueryOptions = { rowMode?: "array" | "object" };

/** The part of PGlite's interface that drizzle-orm/pglite calls. */
export type QueryClient = {
  query(sql: string, params?: unknown[], options?: QueryOptions): Promise<ThreadResult>;
  transaction<T>(work: (client: QueryClient) => Promise<T>): Promise<T>;
};

type Reply = { id: number; value?: unknown; error?: { message: string } & Record<string, string> };
type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** Carries PostgreSQL's fields (code, constraint) across the thread, as the pg driver's own error does. */
class StoreError extends Error {
  constructor(fields: { message: string } & Record<string, string>) {
    super(fields.message);
    this.name = "StoreError";
    Object.assign(this, fields);
  }
}

/**
 * One PGlite session behind a thread. There is a single session, so transactions take turns: a plain query waits until the
 * running transaction ends, and a plain query from inside a transaction is refused, because it would wait for itself.
 */
export class PgliteClient implements QueryClient {
  private readonly worker: ThreadWorker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly inTransaction = new AsyncLocalStorage<true>();
  private turn: Promise<unknown> = Promise.resolve();
  private nextId = 1;
  private dead: Error | null = null;
  private queries = 0;

  constructor(worker: ThreadWorker) {
    this.worker = worker;
    worker.on("message", (reply: Reply) => this.settle(reply));
    worker.on("error", (error: Error) => this.die(new Error(`The store's thread failed: ${error.message.slice(0, 300)}`)));
    worker.on("exit", () => this.die(new Error("The store is closed.")));
  }

  /** How many statements ran since the start: the maintenance timer compares it. */
  get statementCount(): number {
    return this.queries;
  }

  call(operation: string, fields: Record<string, unknown> = {}): Promise<unknown> {
    if (this.dead !== null) return Promise.reject(this.dead);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, operation, ...fields });
    });
  }

  query(sql: string, params: unknown[] = [], options: QueryOptions = {}): Promise<ThreadResult> {
    if (this.inTransaction.getStore() === true) {
      return Promise.reject(
        new Error("A query outside the open transaction would wait for itself. Use the transaction's handle."),
      );
    }
    return this.takeTurn(() => this.run(sql, params, options));
  }

  transaction<T>(work: (client: QueryClient) => Promise<T>): Promise<T> {
    if (this.inTransaction.getStore() === true) {
      return Promise.reject(
        new Error("A second transaction inside an open one would wait for itself. Use the transaction's handle."),
      );
    }
    return this.takeTurn(() => this.inTransaction.run(true, () => this.runTransaction(work)));
  }

  private async runTransaction<T>(work: (client: QueryClient) => Promise<T>): Promise<T> {
    const inner: QueryClient = {
      query: (sql, params = [], options = {}) => this.run(sql, params, options),
      transaction: () => Promise.reject(new Error("Nested transactions are savepoints of the transaction's handle.")),
    };
    await this.run("begin", [], {});
    try {
      const value = await work(inner);
      await this.run("commit", [], {});
      return value;
    } catch (error) {
      await this.run("rollback", [], {});
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.dead !== null) return;
    const exited = new Promise<void>((resolve) => this.worker.once("exit", () => resolve()));
    await this.takeTurn(() => this.call("close"));
    await exited;
  }

  private takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work, work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async run(sql: string, params: unknown[], options: QueryOptions): Promise<ThreadResult> {
    this.queries++;
    const rowMode = options.rowMode ?? "object";
    return (await this.call("query", { sql, params, rowMode })) as ThreadResult;
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.error === undefined) waiting?.resolve(reply.value);
    else waiting?.reject(new StoreError(reply.error));
  }

  private die(error: Error): void {
    this.dead ??= error;
    for (const waiting of this.waiting.values()) waiting.reject(this.dead);
    this.waiting.clear();
  }
}
